import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Broker } from "../../../../engine/broker/broker.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { announceChampion, ensureControlTopic, followChampion, type ControlRecord } from "../../../../engine/runtime/kafka/control.ts";
import { internalTopics } from "../../../../engine/runtime/kafka/topics.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { openCluster } from "../../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();
const record = (number: number): ControlRecord => ({ version: `00000000000${number}`, time: "2026-02-28T06:30:00.000Z", by: "ada" });

/** Follows until stopped; `seen` resolves when a version has come. */
function follower(cluster: Cluster, appId: string) {
  const controller = new AbortController();
  const given: ControlRecord[] = [];
  const waiting = new Set<() => void>();
  const done = followChampion(cluster, kernel, { appId, signal: controller.signal, give: (each) => (given.push(each), waiting.forEach((look) => look()), Promise.resolve()) });
  const seen = (version: string) =>
    new Promise<void>((resolve) => {
      const look = () => given.some((each) => each.version === version) && resolve();
      waiting.add(look);
      look();
    });
  return { given, seen, async stop() {
    controller.abort();
    await done;
  } };
}

describe.skipIf(reason)("the control topic", () => {
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

  test("tells whoever comes later which model is the champion, and everybody of each change; foreign records are passed over", async () => {
    const appId = `app-${randomUUID()}`;
    for (const number of [1, 2]) await announceChampion(broker, appId, record(number));
    const { control } = internalTopics(appId);
    await broker.produce([{ topic: control, key: "champion", value: "no JSON" }, { topic: control, key: "challenger", value: JSON.stringify(record(7)) }, { topic: control, key: "", value: "" }]);
    const [one, two] = [follower(cluster, appId), follower(cluster, appId)];
    await Promise.all([one.seen(record(2).version), two.seen(record(2).version)]);
    await announceChampion(broker, appId, record(3));
    await Promise.all([one.seen(record(3).version), two.seen(record(3).version)]);
    await Promise.all([one.stop(), two.stop()]);
    expect(one.given.at(-1)).toEqual(record(3));
    expect(one.given.map(({ version }) => version)).not.toContain(record(7).version);
  });

  test("is compacted, with one partition", async () => {
    const appId = `app-${randomUUID()}`;
    await ensureControlTopic(broker, appId);
    const { control } = internalTopics(appId);
    expect(await cluster.partitionsOf(control)).toBe(1);
    expect((await cluster.settingsOf(control))!.get("cleanup.policy")).toBe("compact");
  });
});
