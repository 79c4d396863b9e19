import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumAbsent, startChromium } from "./chromium.ts";
import { quietService, type LiveService } from "./live-service.ts";
import { tellOfMany } from "./many-sensors.ts";
import { screenshots, visit } from "./visit.ts";

const SENSORS = 1000;

describe.skipIf(chromiumAbsent !== null)(`the live page of many sensors${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let at: LiveService;
  let timer: NodeJS.Timeout;
  let sensors = SENSORS;

  beforeAll(async () => {
    [browser, at] = await Promise.all([startChromium(), quietService()]);
    at.feed.snapshot(); // somebody looks
    let second = 0;
    timer = setInterval(() => tellOfMany(at, sensors, second++), 1000);
  });

  afterAll(async () => {
    clearInterval(timer);
    await browser.close();
    await at[Symbol.asyncDispose]();
  });

  test(`${SENSORS} sensors are all shown, those that alarm come first`, async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await expect.poll(() => page.locator("#grid li").count()).toBe(SENSORS);
    expect(shown.received()).toBeLessThan(150_000);
    const alarming = () => page.locator("#grid li").evaluateAll((all) => all.map((each: any) => each.dataset.level !== "NONE"));
    await expect.poll(async () => (await alarming()).includes(true)).toBe(true);
    await expect.poll(async () => (await alarming()).join().includes("false,true")).toBe(false);
    expect(await page.locator("#sensor-count").textContent()).toContain("1,000");
    await page.screenshot({ path: `${screenshots}live-1000.png` });
  });

  test("of more sensors than are shown at once all can be found, and the stream is not lost", async () => {
    sensors = 3000;
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await page.locator("#sensors-more").waitFor();
    await page.locator("#filter").fill("sensor-2987");
    await page.locator('#grid li[data-sensor="sensor-2987"]').waitFor();
    await expect.poll(() => page.locator('#grid li[data-sensor="sensor-2987"] .value').textContent()).toMatch(/%/);
    expect(await page.locator("#notice").isHidden()).toBe(true);
  });
});
