import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { prometheusAbsent, startPrometheus } from "../fixtures/prometheus.ts";
import { startReceiver } from "../fixtures/receiver.ts";
import { plainEnvironment, projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";
import { screenshots, visit } from "./visit.ts";

const absent = chromiumAbsent ?? prometheusAbsent;

describe.skipIf(absent !== null)(`npm start, seen whole${absent === null ? "" : `: skipped, ${absent}`}`, () => {
  let browser: Browser;
  let url: string;
  const held = new AsyncDisposableStack();
  let receiver: Awaited<ReturnType<typeof startReceiver>>;

  beforeAll(async () => {
    const folder = held.use(await temporaryFolder());
    receiver = held.use(await startReceiver());
    browser = await startChromium();
    held.defer(() => browser.close());
    const started = await npmStart({ MODEL_PATH: folder.file("model.json"), MODEL_SAVE_LOCAL: "false", MANGROVE_HISTORY_DIR: folder.file("history"), MANGROVE_REPORTS_DIR: folder.file("reports"), MANGROVE_ALERT_WEBHOOK: receiver.url });
    held.defer(started.stop);
    url = started.url;
  });

  afterAll(() => held.disposeAsync());

  test("a fire that is lit on the page is an alert with its reasons there, one call of the webhook, a metric that rises and a rule of Prometheus that fires", async () => {
    await using prometheus = await startPrometheus(new URL(url).host);
    await using shown = await visit(browser, url);
    const { page } = shown;
    const raised = () => prometheus.query('sum(mangrove_alerts_total{kind="fire"})');
    await expect.poll(raised).toHaveLength(1);
    const [before] = await raised();

    await page.locator('button[data-speed="5"]').click();
    await page.locator("#room option").nth(11).waitFor({ state: "attached" });
    await page.locator("#room").selectOption("sensor-07");
    await page.locator("#light").click();
    await page.locator("#simulation", { hasText: "A fire burns in the room of sensor-07" }).waitFor();

    const told = () => receiver.received.map(({ body }) => JSON.parse(body) as { event: string; idempotency_key: string; alert: { id: string; sensor_id: string; severity: string } }).filter(({ alert }) => alert.sensor_id === "sensor-07");
    await expect.poll(() => told().length, { interval: 200 }).toBeGreaterThan(0);
    await page.locator('button[data-speed="1"]').click();
    const [call] = told();
    expect(call!.event).toBe("alert");

    const item = page.locator(`[data-alert="${call!.alert.id}"]`);
    await item.waitFor();
    expect(await item.textContent()).toContain(call!.alert.severity);
    await item.getByRole("button", { name: "Explain" }).click();
    await item.locator("tbody tr").first().waitFor();
    await page.screenshot({ path: `${screenshots}whole-system.png` });

    await expect.poll(async () => (await raised())[0]! - before!).toBeGreaterThanOrEqual(1);
    await expect.poll(prometheus.firing, { interval: 500 }).toContainEqual(expect.objectContaining({ alertname: call!.alert.severity === "CRITICAL" ? "CriticalAlertRaised" : "AlertRaised", kind: "fire" }));

    await item.getByRole("button", { name: "Acknowledge" }).click();
    await expect.poll(async () => ((await (await fetch(`${url}/alerts`)).json()) as { alerts: { id: string; state: string; notifications: object }[] }).alerts.find(({ id }) => id === call!.alert.id)).toMatchObject({ state: "acknowledged", notifications: { delivered: 1, failed: 0, pending: 0 } });
    expect(told().filter(({ alert }) => alert.id === call!.alert.id)).toHaveLength(1);
    await page.screenshot({ path: `${screenshots}whole-system-acknowledged.png` });
  });
});

/** `npm start` on a free port, as a user types it; `stop` ends it as Ctrl-C does. */
async function npmStart(env: Record<string, string>) {
  const child = spawn("npm", ["start", "--silent", "--", "--port", "0"], { cwd: projectRoot, env: { ...plainEnvironment(), PATH: process.env["PATH"], ...env }, stdio: ["ignore", "ignore", "pipe"], detached: true });
  const stop = async () => {
    if (child.exitCode !== null) return;
    const closed = once(child, "close");
    process.kill(-child.pid!, "SIGINT");
    await closed;
  };
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /engine {2}simulation/.test(said) ? /api {5}(http:\S+)/.exec(said) : null;
      if (found) resolve(found[1]!);
    });
    child.once("close", () => reject(new Error(`npm start ended: ${said}`)));
  });
  return { url, stop };
}
