import { afterAll, beforeAll, expect, test } from "vitest";
import { connectBroker } from "../../engine/broker/connect.ts";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { whyNotStartable } from "../broker/availability.ts";
import { startBroker, type OwnBroker } from "../broker/start.ts";
import { writeStump } from "../fixtures/model.ts";
import { startReceiver, type Received } from "../fixtures/receiver.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const reason = await whyNotStartable();
if (reason !== null) console.log(`Notifications by Kafka SKIPPED: ${reason}`);

const START_S = 1_654_733_331;

/** Of its own: other tests write more to the topic of alerts than a desk holds. */
let broker: OwnBroker;

beforeAll(async () => {
  if (reason === null) broker = await startBroker();
});
afterAll(() => broker?.[Symbol.asyncDispose]());

/** Sensors of this run alone: the others write to the same topic of alerts. */
function runOf(name: string) {
  const run = `${name}-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: broker.servers, KAFKA_TOPIC_SMOKE: `readings-${run}`, MANGROVE_APP_ID: `app-${run}`, ML_TRAINING_INTERVAL_HOURS: "0" };
  const burn = async (...sensors: string[]) => {
    await using client = await connectBroker("platformatic", { servers: [broker.servers] });
    await client.produce(sensors.map((sensor, i) => ({ topic: env.KAFKA_TOPIC_SMOKE, key: `${run} ${sensor}`, value: JSON.stringify(message({ UTC: START_S + i, "eCO2[ppm]": 500 })) })));
  };
  const sensorsOf = (received: readonly Received[]) => received.map(({ body }) => (JSON.parse(body) as { alert: { sensor_id: string } }).alert.sensor_id).filter((sensor) => sensor.startsWith(run)).map((sensor) => sensor.slice(run.length + 1));
  return { run, env, burn, sensorsOf };
}

test.skipIf(reason !== null)("an alert that was committed and not told when its process was killed is told by the next one, once it was", async () => {
  await using folder = await temporaryFolder();
  const { env, burn, sensorsOf } = runOf("killed");
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  let isAway = true;
  await using receiver = await startReceiver(() => (isAway ? { status: 503 } : { status: 200 }));
  const engine = () => start("node", ["engine/main.ts", "--source", "kafka", "--model-path", "model.json", "--history", "history"], { cwd: folder.path, env: { ...env, MANGROVE_ALERT_WEBHOOK: receiver.url } });
  {
    await using killed = engine();
    await killed.seen(/notify {2}webhook .*from Kafka/);
    await killed.seen(/engine {2}holds partition 0 now/);
    await burn("kitchen", "attic");
    await expect.poll(() => new Set(sensorsOf(receiver.received))).toEqual(new Set(["kitchen", "attic"]));
    // disposing kills it
  }
  isAway = false;
  const before = receiver.received.length;
  {
    await using next = engine();
    await expect.poll(() => sensorsOf(receiver.received.slice(before)).toSorted()).toEqual(["attic", "kitchen"]);
    next.signal("SIGTERM");
    expect(await next.ended, next.stderr()).toBe(0);
  }
  const told = receiver.received.length;
  await using last = engine();
  await last.seen(/engine {2}holds partition 0 now/);
  await burn("cellar");
  await expect.poll(() => sensorsOf(receiver.received.slice(told))).toEqual(["cellar"]);
});

test.skipIf(reason !== null)("of several processes one tells of an alert, and what a service of its own acknowledges reaches them all", async () => {
  await using folder = await temporaryFolder();
  const { env, run, burn, sensorsOf } = runOf("several");
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await using receiver = await startReceiver();
  {
    await using client = await connectBroker("platformatic", { servers: [broker.servers] });
    await client.ensureTopics([env.KAFKA_TOPIC_SMOKE], { partitions: 2 });
  }
  const notifying = { ...env, MANGROVE_ALERT_WEBHOOK: receiver.url, MANGROVE_ALERT_ESCALATE_MINUTES: "1" };
  const engine = (history: string) => start("node", ["engine/main.ts", "--source", "kafka", "--model-path", "model.json", "--history", history], { cwd: folder.path, env: notifying });
  await using one = engine("one");
  await one.seen(/engine {2}holds partition/);
  await using other = engine("other");
  await other.seen(/engine {2}holds partition/);
  await using api = start("node", ["mangrove.ts", "api", "--port", "0", "--model-path", "model.json"], { cwd: folder.path, env });
  const [, url] = await api.seen(/api {5}(http:\S+)/);

  const sensors = ["a", "b", "c", "d", "e", "f"];
  await burn(...sensors);
  await expect.poll(() => sensorsOf(receiver.received).toSorted()).toEqual(sensors);
  type Told = { id: string; sensor_id: string; state: string; notifications: { delivered: number } };
  const alerts = async () => ((await (await fetch(`${url}/alerts?limit=1000`)).json()) as { alerts: Told[] }).alerts.filter(({ sensor_id: sensor }) => sensor.startsWith(run));
  await expect.poll(async () => (await alerts()).map(({ notifications }) => notifications.delivered)).toEqual([1, 1, 1, 1, 1, 1]);
  for (const { id, sensor_id: sensor } of await alerts()) {
    if (sensor.endsWith(" a")) continue;
    expect((await fetch(`${url}/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST" })).status).toBe(200);
  }
  // only what nobody has acknowledged is told again
  await expect.poll(() => sensorsOf(receiver.received.filter(({ body }) => body.includes('"reminder"'))), { timeout: 300_000 }).toEqual(["a"]);
  await expect.poll(async () => (await alerts()).filter(({ state }) => state === "open").map(({ notifications }) => notifications.delivered)).toEqual([2]);
});

test.skipIf(reason !== null)("everything in one process knows the alerts of its topic where nobody is told, and what was acknowledged before it began again", async () => {
  await using folder = await temporaryFolder();
  const { env, run, burn } = runOf("desk");
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  const up = () => start("deno", ["mangrove.ts", "up", "--port", "0", "--model-path", "model.json", "--history", "history"], { cwd: folder.path, env });
  type Told = { id: string; sensor_id: string; state: string };
  const alerts = async (url: string) => ((await (await fetch(`${url}/alerts?limit=1000`)).json()) as { alerts: Told[] }).alerts.filter(({ sensor_id: sensor }) => sensor.startsWith(run));
  {
    await using first = up();
    const [, url] = await first.seen(/api {5}(http:\S+)/);
    await first.seen(/engine {2}holds partition 0 now/);
    await burn("kitchen", "attic");
    await expect.poll(async () => (await alerts(url!)).map(({ state }) => state)).toEqual(["open", "open"]);
    const [{ id }] = (await alerts(url!)) as [Told];
    expect((await fetch(`${url}/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST" })).status).toBe(200);
    first.signal("SIGTERM");
    expect(await first.ended, first.stderr()).toBe(0);
  }
  await using second = up();
  const [, url] = await second.seen(/api {5}(http:\S+)/);
  await expect.poll(async () => (await alerts(url!)).map(({ state }) => state)).toEqual(["acknowledged", "open"]);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^mangrove_open_alerts \d+$/m);
});
