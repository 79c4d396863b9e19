import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { Arguments } from "../../commands/command.ts";
import { TopicInput } from "../../commands/topic-input.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { readConfig } from "../../engine/config.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import smoke from "../../pipelines/smoke.ts";
import { collect } from "../conformance/records.ts";

const { servers, reason } = inject("kafka");

test.skipIf(reason)("a broker that could not be reached is tried again with the next readings, and a topic that is not there is made", async () => {
  const name = `input-${randomUUID()}`;
  const pipeline = smoke.readFrom(topic(name));
  const kafkaServers = ["127.0.0.1:1"];
  await using input = new TopicInput(new Arguments(new Map()), { config: { ...readConfig({}), kafkaServers }, pipeline });
  const append = (value: string) => input.append([{ topic: name, key: "kitchen", value }]);
  await expect(append("lost")).rejects.toMatchObject({ code: "MGV_BROKER" });
  kafkaServers.splice(0, 1, ...servers!.split(","));
  await Promise.all([append("first"), append("second")]);
  await using broker = await connectBroker("platformatic", { servers: servers!.split(",") });
  await using subscription = await broker.subscribe({ topic: name, group: name, from: "earliest" });
  expect(await collect(subscription, 2)).toMatchObject([{ key: "kitchen", value: "first" }, { key: "kitchen", value: "second" }]);
});

test("one that was never used has nothing to close", async () => {
  const input = new TopicInput(new Arguments(new Map()), { config: readConfig({}), pipeline: smoke });
  await expect(input[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
