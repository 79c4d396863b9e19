import { randomBytes } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";
import { liveService } from "./live-service.ts";
import { visit } from "./visit.ts";

describe.skipIf(chromiumAbsent !== null)(`the connection of the live page${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;

  beforeAll(async () => void (browser = await startChromium()));
  afterAll(() => browser.close());

  test("after the server was away it goes on by itself, says that something was missed, and shows what there is now", async () => {
    const before = await liveService({ sensors: 3 });
    await using shown = await visit(browser, before.url);
    const { page } = shown;
    const state = () => page.locator("#connection").textContent();
    await expect.poll(state).toBe("connected");
    await page.locator("#grid li").nth(2).waitFor();
    await before[Symbol.asyncDispose]();
    await expect.poll(state).toBe("reconnecting");
    await using after = await liveService({ sensors: 5, port: before.port });
    await expect.poll(state).toBe("connected");
    await expect.poll(() => page.locator("#notice").textContent()).toContain("Some events were missed");
    await page.locator('#grid li[data-sensor="sensor-05"]').waitFor();
    expect(after.feed.listeners).toBe(1);
  });

  test("a stream that has been silent for longer than the server ever is, is begun anew, though the connection stands", async () => {
    await using at = await liveService({ sensors: 3 });
    await using shown = await visit(browser, at.url);
    const { page, requests } = shown;
    await page.clock.install();
    await page.reload();
    const state = () => page.locator("#connection").textContent();
    const streams = () => requests.filter((url) => url.endsWith("/events")).length;
    await expect.poll(state).toBe("connected");
    const before = streams();
    await page.clock.fastForward(41_000);
    await expect.poll(streams).toBe(before + 1);
    await expect.poll(state).toBe("connected");
  });

  test("where a key is asked for, it is asked for on the page, kept in the tab alone, and in no address", async () => {
    const { key, secret } = newKey({ name: "reader", role: "read" }, { nowMs: Date.now(), randomBytes });
    const keys = new KeyRing();
    keys.replace([key]);
    await using at = await liveService({ sensors: 3, keys });
    await using shown = await visit(browser, at.url);
    const { page, requests } = shown;
    await page.locator("#key-input").waitFor();
    expect(await page.locator("#connection").textContent()).toBe("a key is needed");
    await page.locator("#key-input").fill("wrong");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#key-said").textContent()).toContain("no such API key");
    await page.locator("#key-input").fill(secret);
    await page.keyboard.press("Enter");
    await page.locator("#grid li").nth(2).waitFor();
    expect(await page.locator("#key").isHidden()).toBe(true);
    await page.locator("#room option").first().waitFor({ state: "attached" });
    await page.locator("#light").click();
    await expect.poll(() => page.locator("#simulation").textContent()).toContain("role admin");
    expect(requests.some((url) => url.includes(secret))).toBe(false);
    expect(await page.evaluate("localStorage.length")).toBe(0);
    await page.reload();
    await page.locator("#grid li").nth(2).waitFor();
  });

  test("a key that is removed while the page is open is asked for anew, and with another one the page goes on", async () => {
    const [first, second] = [newKey({ name: "first", role: "read" }, { nowMs: Date.now(), randomBytes }), newKey({ name: "second", role: "read" }, { nowMs: Date.now(), randomBytes })];
    const keys = new KeyRing();
    keys.replace([first.key]);
    await using at = await liveService({ sensors: 3, keys });
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    const state = () => page.locator("#connection").textContent();
    const enter = async (secret: string) => {
      await page.locator("#key-input").fill(secret);
      await page.keyboard.press("Enter");
    };
    await enter(first.secret);
    await expect.poll(state).toBe("connected");
    keys.replace([second.key]);
    await expect.poll(state).toBe("a key is needed");
    await expect.poll(() => page.locator("#key-said").textContent()).toContain("no such API key");
    expect(at.feed.listeners).toBe(0);
    await enter(second.secret);
    await expect.poll(state).toBe("connected");
    await expect.poll(() => page.locator("#key").isHidden()).toBe(true);
  });
});
