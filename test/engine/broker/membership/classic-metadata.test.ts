import * as client from "@platformatic/kafka";
import { AssignerProtocol } from "kafkajs";
import { expect, test } from "vitest";
import { readAssignment, readSubscription, writeAssignment, writeSubscription } from "../../../../engine/broker/membership/classic-metadata.ts";

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const topics = ["räume", "t"];
const partitions = new Map([
  ["räume", [0, 70_000]],
  ["t", []],
]);

test("kafkajs reads what is written", () => {
  expect(MemberMetadata.decode(writeSubscription(client, topics))).toMatchObject({ topics });
  expect(MemberAssignment.decode(writeAssignment(client, partitions))?.assignment).toEqual(Object.fromEntries(partitions));
});

test("what kafkajs writes is read", () => {
  expect(readSubscription(client, MemberMetadata.encode({ version: 1, topics, userData: Buffer.from("x") }))).toEqual(topics);
  const assignment = Object.fromEntries([...partitions].map(([topic, numbers]) => [topic, [...numbers]]));
  expect(readAssignment(client, MemberAssignment.encode({ version: 1, assignment, userData: Buffer.from("x") }))).toEqual(partitions);
});

test("nothing is no partitions", () => {
  expect(readAssignment(client, Buffer.alloc(0))).toEqual(new Map());
});
