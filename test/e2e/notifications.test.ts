import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { writeStump } from "../fixtures/model.ts";
import { startReceiver } from "../fixtures/receiver.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const START_S = 1_654_733_331;

async function withModel() {
  const folder = await temporaryFolder();
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  return folder;
}

/** `burning`: whether the stump sees a fire. */
async function post(url: string, sensor: string, sequence: number, burning = true): Promise<void> {
  const body = JSON.stringify(message({ UTC: START_S + sequence, "eCO2[ppm]": burning ? 500 : 410, sensor_id: sensor }));
  const answer = await fetch(`${url}/readings`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  expect(answer.status, await answer.text()).toBe(202);
}

type Desk = { alerts: { id: string; sensor_id: string; state: string; acknowledged: { by: string } | null; notifications: { delivered: number; pending: number } }[] };

const idOf = (key: string) => key.replace(/\.[0-9a-f]{12}$/, "");

const deskOf = async (url: string) => (await (await fetch(`${url}/alerts`)).json()) as Desk;

test.each(Object.keys(runtimes) as RuntimeName[])("on %s an alert that was committed and not told when the process was killed is told by the next one, and what was acknowledged stays so", async (runtime) => {
  await using folder = await withModel();
  let isAway = true;
  await using receiver = await startReceiver(() => (isAway ? { status: 503 } : { status: 200 }));
  const env = { MANGROVE_ALERT_WEBHOOK: receiver.url, MANGROVE_ALERT_LEAST: "MEDIUM" };
  const up = () => start(runtime, ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--model-path", "model.json", "--commit-interval", "20"], { cwd: folder.path, env });
  {
    await using killed = up();
    const [, url] = await killed.seen(/api {5}(http:\S+)/);
    await killed.seen(/engine {2}POST \/readings/);
    await post(url!, "kitchen", 0);
    await post(url!, "attic", 0);
    await expect.poll(() => new Set(receiver.keys()).size).toBe(2);
    const acknowledged = await fetch(`${url}/alerts/${idOf(receiver.keys()[0]!)}/acknowledge`, { method: "POST" });
    expect(acknowledged.status).toBe(200);
    // disposing kills it
  }
  const keys = [...new Set(receiver.keys())];
  isAway = false;
  const before = receiver.received.length;
  await using next = up();
  const [, url] = await next.seen(/api {5}(http:\S+)/);
  await expect.poll(() => receiver.keys().slice(before).toSorted()).toEqual(keys.toSorted());
  await expect.poll(async () => (await deskOf(url!)).alerts.map(({ notifications }) => notifications.delivered)).toEqual([1, 1]);
  const { alerts } = await deskOf(url!);
  expect(alerts.filter(({ state }) => state === "acknowledged").map(({ id }) => id)).toEqual([idOf(keys[0]!)]);
  next.signal("SIGTERM");
  expect(await next.ended, next.stderr()).toBe(0);
  expect(next.stderr()).not.toContain("/hook");
  // and nothing is told a third time
  const told = receiver.received.length;
  await using last = up();
  const [, lastUrl] = await last.seen(/api {5}(http:\S+)/);
  await last.seen(/engine {2}partition 1 goes on/);
  await post(lastUrl!, "cellar", 1);
  await expect.poll(() => receiver.received.length).toBe(told + 1);
  expect(keys).not.toContain(receiver.keys().at(-1));
});

test("nobody is told of an alert that is not committed, and everybody once it is", async () => {
  await using folder = await withModel();
  await using receiver = await startReceiver();
  const env = { MANGROVE_ALERT_WEBHOOK: receiver.url };
  const up = (commitMs: number) => start("node", ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--model-path", "model.json", "--commit-interval", String(commitMs)], { cwd: folder.path, env });
  {
    await using killed = up(30_000);
    const [, url] = await killed.seen(/api {5}(http:\S+)/);
    await killed.seen(/engine {2}POST \/readings/);
    await post(url!, "kitchen", 0);
    await killed.seen(/ALERT {3}.*kitchen/); // it was raised
    expect(await deskOf(url!)).toEqual({ alerts: [] });
    // disposing kills it
  }
  expect(receiver.received).toEqual([]);
  await using next = up(20);
  await next.seen(/ALERT {3}.*kitchen/);
  await expect.poll(() => receiver.received.length).toBe(1);
});

test("a program, a route file, reminders and the commands of alerts", async () => {
  await using folder = await withModel();
  await using receiver = await startReceiver(({ headers }) => ({ status: String(headers["idempotency-key"]).startsWith("test-") ? 418 : 200, text: "short and stout" }));
  const [node] = runtimes.node;
  await writeFile(folder.file("append.mjs"), `import { appendFileSync, readFileSync } from "node:fs"; appendFileSync("told.jsonl", readFileSync(0));`);
  await writeFile(folder.file("routes.json"), JSON.stringify({ routes: [{ name: "manager", webhook: receiver.url, secret_env: "HOOK_SECRET", after_minutes: 0.02, least: "MEDIUM" }] }));
  const env = { MANGROVE_ALERT_COMMAND: JSON.stringify([node, "append.mjs"]), HOOK_SECRET: "hush" };
  const mangrove = async (...words: string[]) => {
    await using started = start("node", ["mangrove.ts", ...words], { cwd: folder.path, env });
    return { code: await started.ended, stdout: started.stdout(), stderr: started.stderr() };
  };
  await using up = start("node", ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--model-path", "model.json", "--notify", "routes.json"], { cwd: folder.path, env });
  const [, url] = await up.seen(/api {5}(http:\S+)/);
  await up.seen(/notify {2}command \(MEDIUM and graver\), manager \(MEDIUM and graver, unless acknowledged within 0.02 min\)/);
  await up.seen(/engine {2}POST \/readings/);
  expect(await mangrove("alerts", "list", "--url", url!)).toMatchObject({ code: 0, stdout: "", stderr: "There are no alerts.\n" });
  await post(url!, "kitchen", 0);
  const told = async () => (await readFile(folder.file("told.jsonl"), "utf8").catch(() => "")).split("\n").slice(0, -1).map((line) => JSON.parse(line) as { event: string; alert: { id: string } });
  await expect.poll(async () => (await told()).map(({ event }) => event)).toEqual(["alert"]);
  await expect.poll(() => receiver.received.length).toBe(1);
  const [{ alert }] = (await told()) as [Awaited<ReturnType<typeof told>>[0]];
  expect(receiver.keys()).toEqual([expect.stringMatching(new RegExp(`^${alert.id}\\.[0-9a-f]{12}/manager$`))]);
  expect(receiver.received[0]!.headers["mangrove-signature"]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);

  const acknowledged = await mangrove("alerts", "acknowledge", alert.id, "--by", "ada", "--note", "Toast.", "--json", "--url", url!);
  expect(JSON.parse(acknowledged.stdout)).toMatchObject({ id: alert.id, state: "acknowledged", acknowledged: { by: "ada", note: "Toast." } });
  const listed = await mangrove("alerts", "list", "--url", url!);
  expect(listed.stdout).toMatch(new RegExp(`${alert.id} .*kitchen +fire +by ada +2\n`));
  expect(await mangrove("alerts", "acknowledge", "9_9", "--url", url!)).toMatchObject({ code: 1, stderr: expect.stringContaining("MGV_NOT_FOUND: There is no alert") as string });

  const tested = await mangrove("alerts", "test", "--notify", "routes.json");
  expect(tested.code).toBe(1);
  expect(tested.stdout).toMatch(/^command {2}program \S+ {2}delivered; it ended with 0\nmanager {2}webhook at http:\/\/127\.0\.0\.1:\d+ {2}not delivered; it answers 418: short and stout\n$/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('mangrove_notifications_sent_total{route="manager"} 1');
  expect(metrics).toContain("mangrove_open_alerts 0");
});

test("an engine without state tells from memory, says so, and has told everything when its source has ended", async () => {
  await using folder = await withModel();
  await using receiver = await startReceiver();
  await using engine = start("bun", ["mangrove.ts", "engine", "--source", "simulate", "--speed", "max", "--duration", "1800", "--sensors", "3", "--until-end", "--json", "--model-path", "model.json"], { cwd: folder.path, env: { MANGROVE_ALERT_WEBHOOK: receiver.url } });
  expect(await engine.ended, engine.stderr()).toBe(0);
  const { alerts } = JSON.parse(engine.stdout()) as { alerts: number };
  expect(alerts).toBeGreaterThan(0);
  expect(receiver.received).toHaveLength(alerts);
  expect(engine.stderr()).toMatch(/notify {2}webhook .*in memory: what is not delivered when the process ends is never told/);
});

test("a receiver that never answers holds the stream up nowhere, and hears of every alert once it does", async () => {
  await using folder = await withModel();
  let isSilent = true;
  await using receiver = await startReceiver(() => (isSilent ? "silence" : { status: 200 }));
  const engine = () => start("node", ["mangrove.ts", "engine", "--source", "simulate", "--speed", "max", "--duration", "7200", "--sensors", "60", "--until-end", "--json", "--state", "state", "--model-path", "model.json"], { cwd: folder.path, env: { MANGROVE_ALERT_WEBHOOK: receiver.url } });
  let raised: number;
  {
    await using first = engine();
    expect(await first.ended, first.stderr()).toBe(0);
    const { readings, alerts } = JSON.parse(first.stdout()) as { readings: number; alerts: number };
    expect(readings).toBe(7200 * 60);
    raised = alerts;
  }
  expect(raised).toBeGreaterThan(64);
  expect(new Set(receiver.keys()).size).toBe(64);
  isSilent = false;
  const before = receiver.received.length;
  await using next = engine();
  expect(await next.ended, next.stderr()).toBe(0);
  const told = receiver.keys().slice(before);
  expect([told.length, new Set(told).size]).toEqual([raised, raised]);
});
