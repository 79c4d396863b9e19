import { readFile } from "node:fs/promises";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { expect, inject, onTestFinished, test } from "vitest";
import { connectBroker } from "../../engine/broker/connect.ts";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
if (reason) console.log(`Kafka end-to-end test SKIPPED: ${reason}`);

/** The first `count` predictions of readings that came by the topic `readings`, among those of all runs on this broker. */
async function predictionsOf(readings: string, count: number): Promise<Record<string, any>[]> {
  const topic = smoke.predictions!;
  await using broker = await connectBroker("platformatic", { servers: [servers!] });
  await using subscription = await broker.subscribe({ topic, group: `reader-${readings}`, from: "earliest" });
  const controller = new AbortController();
  const values: Record<string, any>[] = [];
  for await (const { values: bytes, bounds, count: records } of subscription.batches(controller.signal)) {
    for (let i = 0; i < records; i++) {
      const value = JSON.parse(new TextDecoder().decode(bytes.subarray(bounds[i], bounds[i + 1]))) as Record<string, any>;
      if (value["stream_metadata"].kafka_topic === readings) values.push(value);
    }
    if (values.length >= count) controller.abort();
  }
  return values;
}

test.skipIf(reason).each(["platformatic", "kafkajs"] as const)("readings go in by one topic and predictions out by another, through %s", async (client) => {
  await using folder = await temporaryFolder();
  const run = `${client}-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: `readings-${run}`, MANGROVE_APP_ID: `engine-${run}`, MANGROVE_KAFKA_CLIENT: client };
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);

  await using simulate = start("bun", ["mangrove.ts", "simulate", "--to", "kafka", "--duration", "120", "--speed", "max", "--sensors", "5"], { cwd: folder.path, env });
  expect(await simulate.ended, simulate.stderr()).toBe(0);
  {
    await using broker = await connectBroker(client, { servers: [servers!] });
    await broker.produce([{ topic: env.KAFKA_TOPIC_SMOKE, key: "broken", value: '{"UTC":' }]);
  }

  const engine = ["engine/main.ts", "--until-end", "--json", "--model-path", folder.file("model.json")];
  await using first = start("node", [...engine, "--history", folder.file("history"), "--out", folder.file("out")], { cwd: folder.path, env });
  expect(await first.ended, first.stderr()).toBe(0);
  expect(JSON.parse(first.stdout())).toMatchObject({ readings: 600, rejected: 1, predictions: 600 });

  const written = (await readFile(folder.file("out/smoke_predictions.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as Record<string, any>);
  expect(new Set(written.map(({ stream_metadata }) => stream_metadata.kafka_offset)).size).toBe(600);
  expect(Date.parse(written[0]!["stream_metadata"].kafka_timestamp)).toBeGreaterThan(Date.now() - 600_000);
  const produced = await predictionsOf(env.KAFKA_TOPIC_SMOKE, 600);
  const byOffset = (a: Record<string, any>, b: Record<string, any>) => a["stream_metadata"].kafka_offset - b["stream_metadata"].kafka_offset;
  expect(produced.sort(byOffset)).toEqual(written.sort(byOffset));

  // what is committed is not read again: the same group finds nothing, on another runtime
  await using second = start("deno", [...engine, "--history", folder.file("history2")], { cwd: folder.path, env });
  expect(await second.ended, second.stderr()).toBe(0);
  expect(JSON.parse(second.stdout())).toMatchObject({ readings: 0, rejected: 0, predictions: 0 });
});

test.skipIf(reason).each(["platformatic", "kafkajs"] as const)("an engine says once that producers date its readings, and takes those that have no date, through %s", async (client) => {
  await using folder = await temporaryFolder();
  const run = `dated-${client}-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: `readings-${run}`, MANGROVE_APP_ID: `engine-${run}`, MANGROVE_KAFKA_CLIENT: client };
  const topic = env.KAFKA_TOPIC_SMOKE;
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  await using broker = await connectBroker("platformatic", { servers: [servers!] });
  await broker.ensureTopics([topic], { settings: { "message.timestamp.type": "CreateTime" } });
  const producer = new Producer({ clientId: run, bootstrapBrokers: [servers!] });
  onTestFinished(() => producer.close(true));
  const values = [JSON.stringify(message({ UTC: Math.floor(Date.now() / 1000) })), "{"];
  await producer.send({ messages: values.map((value) => ({ topic, partition: 0, key: Buffer.from("room"), value: Buffer.from(value), timestamp: -1n })), acks: ProduceAcks.ALL });

  await using engine = start("node", ["engine/main.ts", "--until-end", "--json", "--model-path", folder.file("model.json"), "--history", folder.file("history"), "--out", folder.file("out")], { cwd: folder.path, env });
  expect(await engine.ended, engine.stderr()).toBe(0);
  expect(JSON.parse(engine.stdout())).toMatchObject({ readings: 1, rejected: 1, predictions: 1 });
  expect(JSON.parse(await readFile(folder.file(`out/${smoke.deadLetters}.jsonl`), "utf8"))).toMatchObject({ code: "MGV_JSON", offset: 1, kafka_timestamp: null });
  expect(engine.stderr().match(/^source {2}.*CreateTime.*--add-config message\.timestamp\.type=LogAppendTime$/gm)).toHaveLength(1);
});

test.skipIf(reason).each(["platformatic", "kafkajs"] as const)("an engine begins where --from says, goes on from what is stored, and after a reset begins anew, through %s", async (client) => {
  await using folder = await temporaryFolder();
  const run = `from-${client}-${process.pid}-${Date.now()}`;
  const env = { KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: `readings-${run}`, MANGROVE_APP_ID: `engine-${run}`, MANGROVE_KAFKA_CLIENT: client };
  await writeStump(folder.file("model.json"), smoke, "eCO2[ppm]", 420);
  let runs = 0;
  /** Exit code, counts of the run and what was said. */
  const mangrove = async (...words: string[]) => {
    await using started = start("node", ["mangrove.ts", ...words], { cwd: folder.path, env });
    return { code: await started.ended, stdout: started.stdout(), stderr: started.stderr() };
  };
  const engine = async (...words: string[]) => {
    const ran = await mangrove("engine", "--source", "kafka", "--until-end", "--json", "--model-path", folder.file("model.json"), "--history", folder.file(`history${runs++}`), ...words);
    expect(ran.code, ran.stderr).toBe(0);
    return { ...ran, summary: JSON.parse(ran.stdout) as Record<string, unknown> };
  };

  expect((await mangrove("simulate", "--to", "kafka", "--duration", "20", "--speed", "max", "--sensors", "3")).code).toBe(0);
  expect((await engine("--from", "latest", "--app-id", `late-${run}`)).summary).toMatchObject({ readings: 0, predictions: 0 });
  expect((await engine("--from", "2020-01-01T00:00:00Z")).summary).toMatchObject({ readings: 60, predictions: 60 });

  const again = await engine("--from", "earliest");
  expect(again.summary).toMatchObject({ readings: 0 });
  expect(again.stderr).toContain(`--from was not used: the group ${env.MANGROVE_APP_ID} goes on from the offsets that it has stored; mangrove reset --app-id ${env.MANGROVE_APP_ID} forgets them`);

  const unasked = await mangrove("reset");
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringMatching(/^MGV_USAGE: .*--yes/) });
  expect((await engine()).summary).toMatchObject({ readings: 0 });

  {
    await using live = start("node", ["mangrove.ts", "engine", "--model-path", folder.file("model.json"), "--history", folder.file("live")], { cwd: folder.path, env });
    await live.seen(client === "platformatic" ? /^engine  holds partition 0 now/m : /^engine  Kafka topic/m);
    expect(await mangrove("reset", "--yes")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^MGV_BROKER: .* while it has members: stop its engine first/m) });
    live.signal("SIGTERM");
    expect(await live.ended, live.stderr()).toBe(0);
  }

  const reset = await mangrove("reset", "--yes");
  expect(reset.code, reset.stderr).toBe(0);
  expect(reset.stderr).toMatch(new RegExp(`${env.KAFKA_TOPIC_SMOKE} +0 +60 +60 +0\n`));
  expect(reset.stderr).toContain("1 offset forgotten");
  expect(await mangrove("reset", "--yes")).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing to forget") });
  expect((await engine()).summary).toMatchObject({ readings: 60, predictions: 60 });
});
