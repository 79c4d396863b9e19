import { expect, inject, test } from "vitest";
import { connectBroker } from "../../engine/broker/connect.ts";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");

test.skipIf(reason)("readings that are sent to the API come out as predictions, those of one sensor in their order", async () => {
  await using folder = await temporaryFolder();
  const topic = `readings-posted-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: topic, MANGROVE_APP_ID: `engine-${topic}` };
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await using up = start("node", ["mangrove.ts", "up", "--port", "0", "--model-path", folder.file("model.json"), "--history", folder.file("history"), "--commit-interval", "50"], { cwd: folder.path, env });
  const [, url] = await up.seen(/api {5}(http:\S+)/);

  const readings = Array.from({ length: 40 }, (_, i) => message({ UTC: 1_654_733_331 + i, "eCO2[ppm]": 400 + i, sensor_id: `room-${i % 2}` }));
  const body = [...readings.map((reading) => JSON.stringify(reading)), '{"UTC":'].join("\n");
  const answer = await fetch(`${url}/readings`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body });
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 40, topic, refused: [{ line: 41, code: "MGV_JSON", reason: "not JSON" }] }]);

  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await expect.poll(async () => (await broker.topics()).includes(smoke.predictions!)).toBe(true);
  await using subscription = await broker.subscribe({ topic: smoke.predictions!, group: `reader-${topic}`, from: "earliest" });
  const found: Record<string, any>[] = [];
  for await (const { values, bounds, count } of subscription.batches(new AbortController().signal)) {
    for (let i = 0; i < count; i++) {
      const record = JSON.parse(new TextDecoder().decode(values.subarray(bounds[i], bounds[i + 1]))) as Record<string, any>;
      if (record["stream_metadata"].kafka_topic === topic) found.push(record);
    }
    if (found.length >= 40) break;
  }
  for (const sensor of ["room-0", "room-1"]) {
    const of = (records: readonly Record<string, any>[]) => records.filter(({ sensor_id }) => sensor_id === sensor);
    expect(of(found).map(({ sensor_data }) => sensor_data["eCO2[ppm]"])).toEqual(of(readings).map((reading) => reading["eCO2[ppm]"]));
  }
  up.signal("SIGTERM");
  expect(await up.ended, up.stderr()).toBe(0);
});
