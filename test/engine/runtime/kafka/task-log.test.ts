import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { TransactionalProducer } from "../../../../engine/broker/wire/transactional-producer.ts";
import { model, topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { KafkaTaskLog } from "../../../../engine/runtime/kafka/task-log.ts";
import { ensureInternalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { openCluster } from "../../../fixtures/kafka-wire.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();

test.skipIf(reason)("a model that the journal names after a snapshot is kept, whatever comes into use after it", async () => {
  const appId = `models-${randomUUID()}`;
  const small = pipeline(appId).from(topic(`${appId}-readings`), smallSchema).score(model("small")).to(topic(`${appId}-predictions`));
  await using cluster = await openCluster(servers!);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await broker.ensureTopics([small.readings]);
  await ensureInternalTopics(broker, cluster, { pipeline: small, appId });
  const open = () => new KafkaTaskLog({ cluster, kernel, pipeline: small, appId, partition: 0, compression: "none", producer: (id, reach) => TransactionalProducer.open(cluster, id, { reach }), now: () => 0 });
  const commitOf = (number: number, version: string) => ({
    nextOffset: number,
    nextEntry: number + 1,
    journal: [{ kind: "model" as const, version, number, offset: number }],
    models: new Map([[version, new TextEncoder().encode(version)]]),
  });
  {
    await using log = open();
    expect(await log.open({ rebuild: false })).toBeNull();
    await log.begin(0);
    await log.commit(commitOf(0, "old"));
    await log.commit(commitOf(1, "first"));
    const settled = Promise.withResolvers<void>();
    const keeping = log.keepSnapshot({ bytes: new Uint8Array(8), sequence: 0, nextOffset: 1, nextEntry: 2 }, settled.promise);
    await log.commit(commitOf(2, "second"));
    await log.commit(commitOf(3, "first"));
    settled.resolve();
    await keeping;
    await log.commit({ nextOffset: 4, nextEntry: 4, journal: [], models: new Map() });
  }
  await using log = open();
  const kept = await log.open({ rebuild: false });
  expect(kept).toMatchObject({ settledOffset: 1, nextEntry: 4 });
  expect([...kept!.models.keys()]).toEqual(["second", "first"]);
});
