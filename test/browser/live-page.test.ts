import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { events } from "../fixtures/events.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";
import { liveService, type LiveService } from "./live-service.ts";
import { barriers, screenshots, visit } from "./visit.ts";

describe.skipIf(chromiumAbsent !== null)(`the live page in a browser${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let at: LiveService;

  beforeAll(async () => {
    [browser, at] = await Promise.all([startChromium(), liveService({ sensors: 12, speed: 2 })]);
  });

  afterAll(async () => {
    await browser.close();
    await at[Symbol.asyncDispose]();
  });

  const post = (path: string, body: unknown, method = "POST") => fetch(`${at.url}${path}`, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  test("the first load is small, and asks nobody else", async () => {
    await using first = await visit(browser, at.url);
    const { page } = first;
    await page.locator("#grid li").nth(11).waitFor();
    await page.locator("#model code").waitFor();
    await page.locator("#light").waitFor();
    expect(first.received()).toBeGreaterThan(5_000);
    expect(first.received()).toBeLessThan(150_000);
    expect(first.requests.every((url) => url.startsWith(at.url))).toBe(true);
    expect(first.complaints.filter((text) => !/404|503/.test(text))).toEqual([]); // drift and jobs are not there
  });

  test("values on it are the API's: sensors, counts, model", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await page.locator("#grid li").nth(11).waitFor();
    using told = await events(`${at.url}/events?kind=prediction`);
    // what the page shows of a sensor is what the stream told last of it
    const last = new Map<string, number>();
    const agree = async () => {
      for (const { event, data } of told.take()) if (event === "prediction") last.set(data["sensor_id"] as string, data["probability"] as number);
      const tiles = await page.locator("#grid li").evaluateAll((all) => all.map((each: any) => [each.dataset.sensor, each.querySelector(".value").textContent] as const));
      return last.size === 12 && tiles.every(([sensor, text]) => text === percent(last.get(sensor as string)!));
    };
    await expect.poll(agree).toBe(true);
    const info = (await (await fetch(`${at.url}/model/info`)).json()) as Record<string, any>;
    expect(await page.locator("#model").textContent()).toContain(info["version"]);
    const counted = async () => {
      const shownText = await page.locator("#counts dd").nth(2).textContent();
      const { stats } = (await (await fetch(`${at.url}/live`)).json()) as { stats: { readings: number } };
      return Math.abs(Number(shownText!.replaceAll(",", "")) - stats.readings);
    };
    await expect.poll(counted).toBeLessThanOrEqual(2 * 12 * 2);
  });

  test("a fire that is lit on the page is an alert on it, and is explained", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await page.locator("#room option").nth(11).waitFor({ state: "attached" });
    using told = await events(`${at.url}/events?kind=alert&sensor=sensor-07`);
    await told.next();
    await page.locator("#room").selectOption("sensor-07");
    const clickedMs = Date.now();
    await page.locator("#light").click();
    await page.locator("#simulation", { hasText: "A fire burns in the room of sensor-07" }).waitFor();
    await page.locator('button[data-speed="20"]').click();
    const alert = (await told.next())!.data;
    const toldMs = Date.now();
    const item = page.locator(`[data-alert="${alert["alert_id"]}"]`);
    await item.waitFor();
    const shownMs = Date.now();
    console.log(`live page: an alert is on it ${shownMs - toldMs} ms after it was told of, ${shownMs - clickedMs} ms after the click at 20 times real time`);
    expect(await item.textContent()).toContain("sensor-07 looks like fire");
    await expect.poll(() => page.locator("#grid li").first().getAttribute("data-sensor")).toBe("sensor-07");
    expect(await page.locator("#grid li").first().locator(".level").textContent()).toMatch(/MEDIUM|HIGH|CRITICAL/);
    await expect.poll(() => page.locator("#alerts-live").textContent()).toContain("sensor-07 looks like fire");
    await item.getByRole("button", { name: "Explain" }).click();
    await item.locator("table").first().waitFor();
    const answer = (await (await fetch(`${at.url}/alerts/${alert["alert_id"]}/explanation`)).json()) as { basis: string; fields: { field: string; contribution: number }[] };
    expect(answer.basis).toBe("window");
    expect(await item.locator("tbody tr").first().textContent()).toContain("PM2.5");
    expect(await item.locator("tbody tr").first().textContent()).toContain(`+${answer.fields[0]!.contribution.toFixed(2)}`);
    await page.screenshot({ path: `${screenshots}live-alert.png` });
    expect(await barriers(page)).toEqual([]);
    await post("/simulation/speed", { speed: 2 }, "PUT");
  });

  test.each([["light", 1280], ["dark", 1280], ["light", 360], ["dark", 360]] as const)("%s, %d px wide: nothing stands out to the side, no barrier to those who see or move otherwise", async (colorScheme, width) => {
    await using shown = await visit(browser, at.url, { colorScheme, width, reducedMotion: "reduce" });
    const { page } = shown;
    await page.locator("#grid li").nth(11).waitFor();
    await page.locator("#light").waitFor();
    await page.locator("#grid .value", { hasText: "%" }).first().waitFor();
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(ground.match(/\d+/g)!.slice(0, 3).reduce((sum, each) => sum + Number(each), 0) > 380).toBe(colorScheme === "light");
    expect(await page.evaluate("getComputedStyle(document.querySelector('.tile')).transitionDuration")).toBe("0s");
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}live-${colorScheme}-${width}.png` });
    await page.locator("#grid button").first().click();
    await page.locator("#detail .u-over").waitFor();
    await page.waitForTimeout(300);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}live-sensor-${colorScheme}-${width}.png` });
    expect(shown.complaints.filter((text) => !/404|503/.test(text))).toEqual([]);
  });

  test("a chart whose library did not come says so, and is drawn when it is opened again", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await page.locator("#grid li").nth(11).waitFor();
    await page.locator("#grid li").first().locator(".value", { hasText: "%" }).waitFor();
    await page.route("**/ui/uplot.js", (route) => route.abort(), { times: 1 });
    await page.locator("#grid button").first().click();
    await page.locator("#detail", { hasText: "The chart could not be loaded" }).waitFor();
    expect(await page.locator("#detail tbody tr").count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await page.locator("#grid button").first().click();
    await page.locator("#detail .u-over").waitFor();
  });

  test("the keyboard alone skips to the sensors, filters them, opens one and closes it, and changes the speed", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await page.locator("#grid li").nth(11).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the sensors");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.id")).toBe("filter");
    await page.keyboard.type("sensor-11");
    await expect.poll(() => page.locator("#grid li:visible").count()).toBe(1);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.keyboard.press("Enter");
    await page.locator("#detail[open]").waitFor();
    expect(await page.locator("#detail h2").textContent()).toBe("sensor-11");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#detail[open]").count()).toBe(0);
    expect(await page.evaluate("document.activeElement.className")).toBe("tile");
    await page.locator('button[data-speed="5"]').focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator('button[data-speed="5"]').getAttribute("aria-pressed")).toBe("true");
    expect(await (await fetch(`${at.url}/simulation`)).json()).toMatchObject({ speed: 5 });
    await post("/simulation/speed", { speed: 2 }, "PUT");
  });
});

/** As the page writes it. */
function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 || (value > 99 && value < 100) ? value.toFixed(1) : Math.round(value)} %`;
}
