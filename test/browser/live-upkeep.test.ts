import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptySeen } from "../../engine/live/task-watch.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";
import { quietService, type LiveService } from "./live-service.ts";
import { barriers, screenshots, visit } from "./visit.ts";

const kept = { id: "0_7", sensor_id: "kitchen", timestamp: "2026-11-29T15:12:57.000Z", kind: "fire", cause: null, value: 0.93, threshold: 0.5, severity: "CRITICAL", message: "kitchen looks like fire: probability 93.0 %.", model_version: "9c0cd976384a", state: "open", acknowledged: null as { by: string; timestamp: string } | null, notifications: { delivered: 1, failed: 0, pending: 0 } };

const jobs = [
  { name: "retrain", title: "Nightly training", schedule: "0 2 * * *", next: "2026-11-30T02:00:00.000Z", running: false, last: { began: "2026-11-29T02:00:00.000Z", ended: "2026-11-29T02:04:00.000Z", outcome: "failed", attempts: 3, detail: "too few labels", report: null } },
  { name: "drift", title: "Drift report", schedule: "0 * * * *", next: null, running: true, last: null },
];

/** What a service would answer that keeps alerts and has jobs, and does not say so for the first `failures` times that it is asked. */
async function withDesk(page: Page, { alerts = [kept], failures = 0 } = {}): Promise<string[]> {
  const asked: string[] = [];
  let left = failures;
  let held = alerts;
  await page.route("**/alerts?*", (route) => route.fulfill({ json: { alerts: held } }));
  await page.route("**/alerts/0_7/acknowledge", (route) => {
    asked.push(`${route.request().method()} acknowledge`);
    const alert = { ...kept, state: "acknowledged", acknowledged: { by: "key duty", timestamp: "2026-11-29T15:13:00.000Z" } };
    held = [alert];
    return route.fulfill({ json: alert });
  });
  await page.route("**/jobs", (route) => route.fulfill({ json: { jobs } }));
  await page.route("**/jobs/retrain/run", (route) => {
    asked.push(`${route.request().method()} run`);
    return route.fulfill({ status: 202, json: {} });
  });
  await page.route(
    (url) => url.pathname === "/",
    async (route) => {
      if (route.request().resourceType() === "document") return route.fallback();
      if (left-- > 0) return route.abort();
      const answer = await route.fetch();
      const index = (await answer.json()) as { endpoints: { method: string; path: string }[] };
      return route.fulfill({ json: { ...index, endpoints: [...index.endpoints, { method: "GET", path: "/alerts" }, { method: "GET", path: "/jobs" }] } });
    },
  );
  await page.reload();
  return asked;
}

describe.skipIf(chromiumAbsent !== null)(`upkeep on the live page${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let at: LiveService;

  beforeAll(async () => {
    [browser, at] = await Promise.all([startChromium(), quietService()]);
  });

  afterAll(async () => {
    await browser.close();
    await at[Symbol.asyncDispose]();
  });

  test("alerts that a service keeps are acknowledged on it, and its jobs are run", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    const asked = await withDesk(page);
    const item = page.locator('[data-alert="0_7"]');
    await item.getByRole("button", { name: "Acknowledge the alert of kitchen" }).click();
    await expect.poll(() => item.textContent()).toContain("Acknowledged by key duty");
    expect(await item.getByRole("button", { name: "Acknowledge the alert of kitchen" }).count()).toBe(0);
    await item.getByRole("button", { name: "Explain" }).click();
    await expect.poll(() => item.textContent()).toContain("Nothing is held of an alert");
    expect(await page.locator("#jobs tbody tr").allTextContents()).toEqual([expect.stringMatching(/Nightly training.*failed/), expect.stringMatching(/Drift report.*running/)]);
    await page.getByRole("button", { name: "Run Nightly training now" }).click();
    await expect.poll(() => page.locator("#jobs").textContent()).toContain("retrain has begun");
    expect(asked).toEqual(["POST acknowledge", "POST run"]);
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: `${screenshots}live-upkeep.png`, fullPage: true });
  });

  test("alerts of before stand below those of now, and the oldest go where there are more than the page has room for", async () => {
    await using own = await quietService();
    own.feed.snapshot(); // somebody looks
    const tell = (number: number) => {
      const seen = emptySeen();
      const alert = { timestamp: kept.timestamp, sensor: "kitchen", value: 0.9, threshold: 0.5, severity: "HIGH", message: "kitchen looks like fire", alert_type: "fire", alert_id: `0_${number}` };
      seen.alerts.push({ sensor: "kitchen", data: JSON.stringify(alert) });
      own.feed.tell(seen);
    };
    const ids = (newest: number) => Array.from({ length: 50 }, (_, i) => `0_${newest - i}`);
    tell(50);
    await using shown = await visit(browser, own.url);
    const { page } = shown;
    await withDesk(page, { alerts: ids(50).map((id) => ({ ...kept, id })) });
    const listed = () => page.locator("#alert-list li").evaluateAll((all) => all.map((each: any) => each.dataset.alert as string));
    await expect.poll(listed).toEqual(ids(50));
    tell(51);
    await expect.poll(listed).toEqual(ids(51));
  });

  test("a service that does not answer at first is asked again for what it has", async () => {
    await using shown = await visit(browser, at.url);
    await shown.page.locator("#model code").waitFor(); // it asks for nothing more
    await withDesk(shown.page, { failures: 1 });
    await shown.page.locator("#model code").waitFor();
    await expect.poll(() => shown.page.locator("#jobs tbody tr").count()).toBe(2);
    await expect.poll(() => shown.page.getByRole("button", { name: "Acknowledge the alert of kitchen" }).count()).toBe(1);
  });

  test("what a service does not have is not on the page", async () => {
    await using shown = await visit(browser, at.url);
    await shown.page.locator("#model code").waitFor();
    for (const id of ["jobs", "simulation", "letters"]) expect(await shown.page.locator(`#${id}`).isHidden()).toBe(true);
    expect(await shown.page.getByRole("button", { name: /Acknowledge/ }).count()).toBe(0);
  });

  test("dead letters are on it as they come, as text whatever they hold, and bursts of alerts are said once", async () => {
    await using shown = await visit(browser, at.url);
    const { page } = shown;
    await expect.poll(() => page.locator("#connection").textContent()).toBe("connected");
    const seen = emptySeen();
    seen.letters.set("MGV_JSON", { count: 3, code: "MGV_JSON", reason: "<img src=x onerror=alert(1)> is no JSON", topic: "smoke_sensor_data", partition: 2, offset: 41, appendTimeMs: NaN });
    for (let i = 0; i < 20; i++) {
      const alert = { timestamp: "2026-11-29T15:12:57.000Z", sensor: `room-${i}`, value: 0.9, threshold: 0.5, severity: "HIGH", message: `room-${i} <b>looks</b> like fire`, alert_type: "fire", alert_id: `0_${100 + i}` };
      seen.alerts.push({ sensor: alert.sensor, data: JSON.stringify(alert) });
    }
    await page.evaluate("window.said = []; new MutationObserver(() => window.said.push(document.querySelector('#alerts-live').textContent)).observe(document.querySelector('#alerts-live'), { childList: true, characterData: true, subtree: true })");
    at.feed.tell(seen);
    await expect.poll(() => page.locator("#letters").textContent()).toContain("<img src=x onerror=alert(1)> is no JSON");
    expect(await page.locator("#letters tbody tr").textContent()).toContain("MGV_JSON × 3");
    expect(await page.locator("img").count()).toBe(0);
    await expect.poll(() => page.evaluate<string[]>("window.said")).toEqual(["Alert, HIGH: room-19 <b>looks</b> like fire And 19 more."]);
    expect(await page.locator("#alert-list li").count()).toBe(20);
    expect(shown.complaints.filter((text) => !/404|503/.test(text))).toEqual([]);
  });
});
