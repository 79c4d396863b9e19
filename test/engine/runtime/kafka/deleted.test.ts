import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { boundsOf } from "../../../../engine/broker/wire/offsets.ts";
import { unstamped } from "../../../../engine/broker/wire/output-producer.ts";
import { produce } from "../../../../engine/broker/wire/produce.ts";
import { ModelStore } from "../../../../engine/model/model-store.ts";
import { runKafkaEngine, type KafkaEngineOptions } from "../../../../engine/runtime/kafka/engine.ts";
import { ensureInternalTopics, internalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import { deleteBefore } from "../../../conformance/cluster.ts";
import { engineOptions, joinAlone, kernel, PARTITIONS, smallPipeline, textOf } from "../../../fixtures/kafka-engine.ts";
import { batchOf, committedValues, openCluster } from "../../../fixtures/kafka-wire.ts";
import { writeStump } from "../../../fixtures/model.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");

/** From there on 35 texts are readings. */
const FIRST = 112;

test.skipIf(reason)("records that were deleted before they were read are told by their number, and the first that is there is the next", async () => {
  const { small, append, told, run } = await begun();
  await append(5);
  await run();
  await append(5);
  await deleteBefore(servers!, small.readings, 8);
  const { readings } = await run();
  expect(readings).toBe(2);
  expect(told).toContainEqual(expect.stringMatching(/^partition 0 goes on at offset 8: 0 records folded again in [\d.]+ s; 3 records were deleted before they were read$/));
});

test.skipIf(reason)("records that a state was made of, deleted before its first snapshot, are told by their number, and what comes is scored", async () => {
  const { small, append, told, run, dieOnceCommitted, predictions } = await begun();
  await append(10);
  await dieOnceCommitted(10);
  await deleteBefore(servers!, small.readings, 4);
  expect((await run()).readings).toBe(1);
  expect(told).toContainEqual(expect.stringMatching(/^partition 0 goes on at offset 10: 6 records folded again in [\d.]+ s; 4 records that its state was made of are deleted, so that windows may lack them$/));
  expect(await predictions()).toHaveLength(11);
});

test.skipIf(reason)("a journal that was deleted before its first snapshot is told, and the state is made of the readings again by --rebuild", async () => {
  const { cluster, appId, append, run, dieOnceCommitted, predictions } = await begun();
  await append(10);
  await dieOnceCommitted(10);
  const { journal } = internalTopics(appId);
  await deleteBefore(servers!, journal, (await boundsOf(cluster, { topic: journal, partition: 0 })).high);
  await expect(run()).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringMatching(/^The journal has 0 of the \d+ entries .*--rebuild\.$/) });
  expect((await run({ rebuild: true })).readings).toBe(1);
  expect(await predictions()).toHaveLength(11);
  await append(1);
  expect((await run()).readings).toBe(1);
});

test.skipIf(reason)("a group whose offsets are gone begins with the earliest record, or where it is told to", async () => {
  const { broker, appId, append, run, predictions } = await begun();
  await append(5);
  await run();
  await broker.forgetGroup(appId); // as it does with one that nobody was in for a week
  expect((await run({ from: "latest" })).readings).toBe(0);
  await broker.forgetGroup(appId);
  expect((await run()).readings).toBe(5);
  expect(await predictions()).toHaveLength(10);
});

/** Topics of their own, and what a test does with partition 0 of the readings. */
async function begun() {
  const held = new AsyncDisposableStack();
  onTestFinished(() => held.disposeAsync());
  const cluster = held.use(await openCluster(servers!));
  const broker = held.use(await connectBroker("platformatic", { servers: servers!.split(",") }));
  const folder = held.use(await temporaryFolder());
  const small = smallPipeline();
  const appId = `app-${randomUUID()}`;
  await broker.ensureTopics([small.readings], { partitions: PARTITIONS });
  await ensureInternalTopics(broker, cluster, { pipeline: small, appId });
  await writeStump(folder.file("m.json"), small, "b", 5);
  const told: string[] = [];
  let appended = 0;
  const append = async (count: number) => {
    const values = Array.from({ length: count }, () => textOf(0, FIRST + appended++));
    await produce(cluster, batchOf(kernel, unstamped, { topic: small.readings }, values));
  };
  const predictions = async () => {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => committedValues(cluster, kernel, { topic: small.predictions!, partition }));
    return (await Promise.all(partitions)).flat();
  };
  const run = async (given: Partial<KafkaEngineOptions> = {}) => {
    const models = new ModelStore({ kernel, pipeline: small, path: folder.file("m.json"), now: () => 0 });
    await models.refresh();
    const options = engineOptions({ cluster, small, appId, models, dies: Infinity, commitMs: 10, snapshotMs: 1e9 });
    return runKafkaEngine({ ...options, tell: (line) => told.push(line), ...given }, joinAlone, new AbortController().signal);
  };
  /** One more reading is the end of it, and no snapshot was taken. */
  const dieOnceCommitted = async (count: number) => {
    let isCommitted = false;
    const onOutput = () => {
      if (isCommitted) throw new Error("dies");
    };
    const death = expect(run({ onOutput, untilEnd: false })).rejects.toThrow("dies");
    await expect.poll(async () => (await predictions()).length).toBe(count);
    isCommitted = true;
    await append(1);
    await death;
  };
  return { cluster, broker, small, appId, told, append, predictions, run, dieOnceCommitted };
}
