import { writeFile } from "node:fs/promises";
import { expect, inject, test } from "vitest";
import { connectBroker } from "../../engine/broker/connect.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { card, message, smallForest, START_MS } from "../api/service.ts";
import { events, type HeardEvent } from "../fixtures/events.ts";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
if (reason) console.log(`live topics end-to-end test SKIPPED: ${reason}`);

/** As a fire does it, every field is higher. */
function burning(): Record<string, number> {
  const calm = message();
  return Object.fromEntries(smoke.schema.fields.filter(({ name }) => name in calm && name !== "CNT").map(({ name }) => [name, Number(calm[name]) + 2 * (1 + Number(calm[name]) / 100)]));
}

/** What a topic holds of some sensors, by sensor in order. */
async function held(topic: string, sensors: readonly string[], enough: (values: Record<string, any>[]) => boolean): Promise<Record<string, any>[]> {
  await using broker = await connectBroker("platformatic", { servers: [servers!] });
  await using subscription = await broker.subscribe({ topic, group: `reader-${sensors[0]}-${topic}`, from: "earliest" });
  const controller = new AbortController();
  const values: Record<string, any>[] = [];
  for await (const { values: bytes, bounds, count } of subscription.batches(controller.signal)) {
    for (let i = 0; i < count; i++) {
      const value = JSON.parse(new TextDecoder().decode(bytes.subarray(bounds[i], bounds[i + 1]))) as Record<string, any>;
      if (sensors.includes((value["sensor_id"] ?? value["sensor"]) as string)) values.push(value);
    }
    if (enough(values)) controller.abort();
  }
  return values;
}

test.skipIf(reason).each(Object.keys(runtimes) as RuntimeName[])("an API on %s tells what an engine elsewhere commits: predictions, alerts and dead letters as the topics have them", async (runtime) => {
  await using folder = await temporaryFolder();
  const run = `live-${runtime}-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: `readings-${run}`, MANGROVE_APP_ID: run };
  await writeFile(folder.file("model.json"), xgboostJson.write(withCard(await smallForest(await loadKernel()), card)));
  const model = ["--model-path", folder.file("model.json"), "--history", folder.file("history")];
  await using api = start(runtime, ["mangrove.ts", "api", "--port", "0", ...model], { cwd: folder.path, env });
  const [, url] = await api.seen(/api {5}(http:\S+)/);
  await using engine = start("node", ["mangrove.ts", "engine", "--source", "kafka", ...model], { cwd: folder.path, env });
  await engine.seen(/holds partition/);

  const probe = `probe-${run}`;
  const sensors = ["a", "b", "c"].map((name) => `${name}-${run}`);
  using heard = await events(`${url}/events?kind=prediction&kind=alert&kind=dead_letter&${[probe, ...sensors].map((sensor) => `sensor=${sensor}`).join("&")}`);
  expect((await heard.next())!.data).toMatchObject({ engine: false, detail: expect.stringContaining("topics") });
  await using broker = await connectBroker("platformatic", { servers: [servers!] });
  expect(await (await fetch(`${url}/live`)).json()).toMatchObject({ origin: "topics" });
  const readings = Array.from({ length: 300 }, (_, i): Record<string, unknown> => ({ sensor_id: sensors[i % 3]!, ...message({ UTC: START_MS / 1000 + Math.floor(i / 3) }), ...(i % 3 === 2 && i > 150 ? burning() : {}) }));
  const produce = (some: typeof readings) => broker.produce(some.map((reading) => ({ topic: env.KAFKA_TOPIC_SMOKE, key: reading["sensor_id"] as string, value: JSON.stringify(reading) })));
  // who listens hears from then on: once one is heard, all that come later are
  const probed = async () => {
    await produce([{ ...message(), sensor_id: probe }]);
    return heard.take().length;
  };
  await expect.poll(probed).toBeGreaterThan(0);
  await produce(readings);
  await broker.produce([{ topic: env.KAFKA_TOPIC_SMOKE, key: sensors[0]!, value: '{"UTC":' }]);
  const all = await held(smoke.predictions!, sensors, (values) => values.length >= 300);
  const alerts = await held(smoke.alerts, sensors, (values) => values.length > 0);
  const told: HeardEvent[] = [];
  const ours = () => {
    told.push(...heard.take());
    return told.filter(({ event, data }) => event === "prediction" && sensors.includes(data["sensor_id"] as string)).reduce((sum, { data }) => sum + (data["count"] as number), 0);
  };
  await expect.poll(ours).toBe(300);
  const isTold = (kind: string) => (ours(), told.some(({ event, data }) => event === kind && data["sensor"] !== probe));
  await expect.poll(() => isTold("alert") && isTold("dead_letter")).toBe(true);
  for (const sensor of sensors) {
    const events = told.filter(({ event, data }) => event === "prediction" && data["sensor_id"] === sensor).map(({ data }) => data);
    const topic = all.filter((each) => each["sensor_id"] === sensor);
    expect(events.reduce((sum, { fire_count: count }) => sum + (count as number), 0)).toBe(topic.filter(({ prediction }) => prediction === 1).length);
    const { probability, timestamp, alert_level: level } = topic.at(-1)!;
    expect(events.at(-1)).toMatchObject({ probability, timestamp, alert_level: level, late: false, model_version: topic[0]!["model_info"].version });
  }
  expect(told.filter(({ event, data }) => event === "alert" && data["sensor"] !== probe).map(({ data }) => data)).toEqual(alerts);
  expect(alerts.length).toBeGreaterThan(0);
  expect(told.find(({ event, data }) => event === "dead_letter" && data["topic"] === env.KAFKA_TOPIC_SMOKE)?.data).toMatchObject({ code: "MGV_JSON", count: 1 });

  const why = await fetch(`${url}/alerts/${alerts[0]!["alert_id"]}/explanation`);
  expect([why.status, await why.json()]).toMatchObject([200, { basis: "reading", window: { readings: 1 }, fields: expect.any(Array) }]);
  expect((await fetch(`${url}/alerts/0_99999/explanation`)).status).toBe(404);
});
