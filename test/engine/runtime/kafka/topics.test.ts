import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Broker } from "../../../../engine/broker/broker.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { checkPartitions, ensureInternalTopics, internalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import { addPartitions } from "../../../conformance/cluster.ts";
import { openCluster } from "../../../fixtures/kafka-wire.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

const { servers, reason } = inject("kafka");

describe.skipIf(reason)("the topics of an application", () => {
  let cluster: Cluster;
  let broker: Broker;
  beforeAll(async () => {
    cluster = await openCluster(servers!);
    broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  });
  afterAll(async () => {
    await broker[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  const piped = () => {
    const name = `topics-${randomUUID()}`;
    return pipeline(name).from(topic(`${name}-readings`), smallSchema).to(topic(`${name}-out`));
  };

  test("are made with as many partitions as the readings, the snapshots compacted", async () => {
    const small = piped();
    await broker.ensureTopics([small.readings], { partitions: 3 });
    await ensureInternalTopics(broker, cluster, { pipeline: small, appId: small.name });
    await ensureInternalTopics(broker, cluster, { pipeline: small, appId: small.name });
    const { journal, snapshots } = internalTopics(small.name);
    for (const each of [journal, snapshots, ...small.outputTopics]) expect(await cluster.partitionsOf(each)).toBe(3);
    expect((await cluster.settingsOf(snapshots))!.get("cleanup.policy")).toBe("compact");
    expect((await cluster.settingsOf(journal))!.get("cleanup.policy")).toBe("delete");
  });

  test("a task of a partition that the readings were given later is told what it lacks, until it is there", async () => {
    const small = piped();
    const of = { pipeline: small, appId: small.name };
    const { journal, snapshots } = internalTopics(small.name);
    await broker.ensureTopics([small.readings], { partitions: 2 });
    await ensureInternalTopics(broker, cluster, of);
    await checkPartitions(cluster, of, 2);
    await addPartitions(servers!, journal, 3);
    await expect(checkPartitions(cluster, of, 3)).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringContaining("has 2 partitions") });
    await addPartitions(servers!, snapshots, 3);
    await expect.poll(() => checkPartitions(cluster, of, 3).then(() => "there", () => "lacking")).toBe("there");
  });

  test.each([
    { which: "snapshots", partitions: 2, settings: { "cleanup.policy": "delete" }, says: /has cleanup\.policy=delete.*--add-config cleanup\.policy=compact/ },
    { which: "snapshots", partitions: 2, settings: { "cleanup.policy": "compact,delete" }, says: /has cleanup\.policy=compact,delete/ },
    { which: "journal", partitions: 2, settings: { "cleanup.policy": "compact" }, says: /is compacted/ },
    { which: "journal", partitions: 1, settings: {}, says: /has 1 partitions and .* has 2.*--partitions 2/ },
  ] as const)("that somebody has made otherwise are refused, with what to do: $which with $partitions partitions and $settings", async ({ which, partitions, settings, says }) => {
    const small = piped();
    await broker.ensureTopics([small.readings], { partitions: 2 });
    await broker.ensureTopics([internalTopics(small.name)[which]], { partitions, settings });
    await expect(ensureInternalTopics(broker, cluster, { pipeline: small, appId: small.name })).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringMatching(says) });
  });
});
