import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, test } from "vitest";
import { unstamped } from "../../../../engine/broker/wire/output-producer.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { boundsOf } from "../../../../engine/broker/wire/offsets.ts";
import { produce } from "../../../../engine/broker/wire/produce.ts";
import { ModelStore } from "../../../../engine/model/model-store.ts";
import { records as readingsOf } from "../../../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../../engine/pipeline/window-kind.ts";
import { runKafkaEngine } from "../../../../engine/runtime/kafka/engine.ts";
import { ensureInternalTopics, internalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import type { TaskAside } from "../../../../engine/runtime/task-log.ts";
import { outputRecords } from "../../../../engine/sink/records.ts";
import type { JournalEntry } from "../../../../engine/task/journal.ts";
import { Task } from "../../../../engine/task/task.ts";
import { startBrokerWithoutTransactions } from "../../../fixtures/broker-without-transactions.ts";
import { engineOptions, joinAlone, kernel, PARTITIONS, smallPipeline, textOf, type Small } from "../../../fixtures/kafka-engine.ts";
import { batchOf, committedValues, openCluster } from "../../../fixtures/kafka-wire.ts";
import { writeStump } from "../../../fixtures/model.ts";
import { random } from "../../../fixtures/random.ts";
import { recordsOf, smallSchema } from "../../../fixtures/readings.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
const READINGS = 900;
const CHUNK = 15;

/** By and by: an engine that runs meanwhile has many small batches. */
async function fill(cluster: Cluster, small: Small): Promise<void> {
  for (let first = 0; first < READINGS; first += CHUNK) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await produce(cluster, batchOf(kernel, unstamped, { topic: small.readings, partition }, Array.from({ length: CHUNK }, (_, i) => textOf(partition, first + i))));
    }
    await sleep(10);
  }
}

/** What a topic's partitions hold, each line with its sensor's place in time kept: sorted by what is in it. */
async function committed(cluster: Cluster, small: Small): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const name of small.outputTopics) {
    const values: string[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) values.push(...(await committedValues(cluster, kernel, { topic: name, partition })));
    found.set(name, values.sort());
  }
  return found;
}

/** One fold of all readings, with the journal of the run that was disturbed. */
async function undisturbed(cluster: Cluster, small: Small, appId: string, models: ModelStore): Promise<Map<string, string[]>> {
  const found = new Map(small.outputTopics.map((name) => [name, [] as string[]]));
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const journal = (await committedValues(cluster, kernel, { topic: internalTopics(appId).journal, partition })).map((entry) => JSON.parse(entry) as JournalEntry);
    expect(journal.map(({ number }) => number)).toEqual(journal.map((_, i) => i));
    using task = new Task({ kernel, pipeline: small, models, format: { kind: "json" }, partition });
    const texts = Array.from({ length: READINGS }, (_, i) => textOf(partition, i));
    const records = { ...recordsOf(texts, { partition }), topic: small.readings };
    for (const each of [records, null]) {
      task.replay(each, journal, (output) => {
        for (const { topic: name, value } of outputRecords(small, output)) found.get(name)!.push(value);
      });
    }
  }
  for (const values of found.values()) values.sort();
  return found;
}

/** The append time is the broker's, and no part of what the test knows. */
const withoutTimes = (outputs: Map<string, string[]>) =>
  new Map([...outputs].map(([name, values]) => [name, values.map((value) => value.replace(/"kafka_timestamp":("[^"]*"|null)/, '"kafka_timestamp":null')).sort()]));

test.skipIf(reason).each([1, 2, 3])("an engine that dies again and again commits what one does that never dies (seed %i)", async (seed) => {
  await using cluster = await openCluster(servers!);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await using folder = await temporaryFolder();
  const small = smallPipeline();
  const appId = `app-${randomUUID()}`;
  await broker.ensureTopics([small.readings], { partitions: PARTITIONS });
  await ensureInternalTopics(broker, cluster, { pipeline: small, appId });
  let isFull = false;
  const filled = new AbortController();
  const filling = fill(cluster, small).finally(() => {
    isFull = true;
    filled.abort();
  });
  const next = random(seed);
  const path = folder.file("m.json");
  const all = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  let split = 4;
  await writeStump(path, small, "b", split);
  let deaths = 0;
  for (let life = 0; ; life++) {
    const models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
    await models.refresh();
    all.learn(models.require().version, models.require().file);
    // the first dies in any case, however late it comes to its first output
    const isFirst = life === 0;
    const isLast = isFull && !isFirst;
    const outputs = 1 + Math.floor(next() * 10);
    const given = { cluster, small, appId, models, dies: isLast ? Infinity : isFirst ? 1 : outputs, commitMs: next() * 20, snapshotMs: next() * 30 };
    const slow = slowToSettle(next() * 60);
    try {
      await runKafkaEngine({ ...engineOptions(given), sinks: [() => slow], untilEnd: isLast }, joinAlone, isFirst || isLast ? new AbortController().signal : filled.signal);
      if (isLast) break;
    } catch (thrown) {
      if ((thrown as Error).message !== "dies") throw thrown;
      deaths++;
    }
    split = split === 4 ? 6 : 4;
    await writeStump(`${path}.next`, small, "b", split);
    await rename(`${path}.next`, path);
  }
  await filling;
  expect(deaths).toBeGreaterThan(0);
  expect(withoutTimes(await committed(cluster, small))).toEqual(withoutTimes(await undisturbed(cluster, small, appId, all)));
  expect((await committed(cluster, small)).get(small.predictions!)!.length).toBeGreaterThan(READINGS);
});

test.skipIf(reason)("a pipeline that has changed is told which steps, and goes on with its state made of the readings again", async () => {
  await using cluster = await openCluster(servers!);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  const name = `changed-${randomUUID()}`;
  const counting = (span: "20s" | "30s") =>
    pipeline(name)
      .from(topic(`${name}-readings`), smallSchema)
      .window(tumbling(span), { name: "tops" })
      .aggregate({ readings: readingsOf() })
      .to(topic(`${name}-tops`));
  const before = counting("20s");
  await broker.ensureTopics([before.readings], { partitions: PARTITIONS });
  await ensureInternalTopics(broker, cluster, { pipeline: before, appId: name });
  await fill(cluster, before as unknown as Small);
  const run = (small: ReturnType<typeof counting>, rebuild: boolean) =>
    runKafkaEngine({ ...engineOptions({ cluster, small: small as unknown as Small, appId: name, models: null, dies: Infinity, commitMs: 10, snapshotMs: 10 }), rebuild }, joinAlone, new AbortController().signal);
  await run(before, false);
  await expect(run(counting("30s"), false)).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringMatching(/tops has changed.*--rebuild/) });
  await run(counting("30s"), true);
  await produce(cluster, batchOf(kernel, unstamped, { topic: before.readings }, ['{"t":2000,"a":1,"b":1,"sensor_id":"0-1"}']));
  await run(counting("30s"), false);
  const { high } = await boundsOf(cluster, { topic: `${name}-tops`, partition: 0 });
  expect(high).toBeGreaterThan(0);
  const tops = (await committedValues(cluster, kernel, { topic: `${name}-tops`, partition: 0 })).concat(await committedValues(cluster, kernel, { topic: `${name}-tops`, partition: 1 })).map((value) => JSON.parse(value) as { window_start: string; window_end: string });
  // its last window was open when the pipeline changed: it has the new span, and readings from before
  expect(tops.at(-1)).toBeDefined();
  expect(tops.filter(({ window_start, window_end }) => Date.parse(window_end) - Date.parse(window_start) === 30_000).length).toBeGreaterThan(0);
});

test.skipIf(reason)("a pipeline whose model reads other features now goes on, its state made again without the old model", async () => {
  await using cluster = await openCluster(servers!);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await using folder = await temporaryFolder();
  const name = `changed-${randomUUID()}`;
  const trailing = (spanMs: number) => pipeline(name).from(topic(`${name}-readings`), smallSchema).features({ spansMs: [spanMs] }).score(model("small")).to(topic(`${name}-predictions`));
  const before = trailing(10_000);
  await broker.ensureTopics([before.readings], { partitions: PARTITIONS });
  await ensureInternalTopics(broker, cluster, { pipeline: before, appId: name });
  await produce(cluster, batchOf(kernel, unstamped, { topic: before.readings }, Array.from({ length: 9 }, (_, i) => textOf(0, 1 + i))));
  const run = async (small: ReturnType<typeof trailing>, rebuild: boolean) => {
    await writeStump(folder.file("m.json"), small, "b", 5);
    const models = new ModelStore({ kernel, pipeline: small, path: folder.file("m.json"), now: () => 0 });
    await models.refresh();
    return runKafkaEngine({ ...engineOptions({ cluster, small, appId: name, models, dies: Infinity, commitMs: 10, snapshotMs: 10 }), rebuild }, joinAlone, new AbortController().signal);
  };
  await run(before, false);
  await expect(run(trailing(20_000), false)).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringContaining("--rebuild") });
  await run(trailing(20_000), true);
  await produce(cluster, batchOf(kernel, unstamped, { topic: before.readings }, [textOf(0, 11)]));
  expect((await run(trailing(20_000), false)).readings).toBe(1);
});

test.skipIf(reason)("a broker without transactions is told before anything is read, with what to do, and at least once goes on without them", async () => {
  await using other = await startBrokerWithoutTransactions(servers!);
  await using cluster = await openCluster(other.servers);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  const small = smallPipeline();
  const appId = `app-${randomUUID()}`;
  await broker.ensureTopics([small.readings], { partitions: PARTITIONS });
  await ensureInternalTopics(broker, cluster, { pipeline: small, appId });
  await produce(cluster, batchOf(kernel, unstamped, { topic: small.readings }, [textOf(0, 112)]));
  const run = (guarantee: "exactly-once" | "at-least-once") =>
    runKafkaEngine({ ...engineOptions({ cluster, small, appId, models: null, dies: Infinity, commitMs: 10, snapshotMs: 10 }), guarantee }, joinAlone, new AbortController().signal);
  await expect(run("exactly-once")).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/has no transactions.*--guarantee at-least-once/) });
  expect((await run("at-least-once")).readings).toBe(1);
});

/** Lasts only when several commits have gone by. */
function slowToSettle(ms: number): TaskAside {
  const settle = async () => {
    await sleep(ms);
    return () => Promise.resolve();
  };
  return { recover: () => Promise.resolve(), write: () => {}, room: () => Promise.resolve(), settle };
}
