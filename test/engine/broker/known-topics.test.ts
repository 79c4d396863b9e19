import { expect, test } from "vitest";
import { Failures } from "../../../engine/broker/failures.ts";
import { KnownTopics } from "../../../engine/broker/known-topics.ts";

const failures = new Failures({ servers: ["broker:9092"] }, { isUnreachable: () => false, isDenial: () => false });
const exists = new Error("Topic with this name already exists");

/** A cluster that tells of `topic` from the `looks`th look on. */
function toldAfter(looks: number): { topics: KnownTopics; looked: () => number } {
  let looked = 0;
  const list = () => Promise.resolve(++looked >= looks ? ["topic"] : []);
  return { topics: new KnownTopics(list, failures), looked: () => looked };
}

test("a topic that another process was faster to create is there when the cluster tells of it, a moment later", async () => {
  const { topics, looked } = toldAfter(3);
  await topics.appear(["topic"], exists);
  expect(looked()).toBe(3);
});

test("what went wrong otherwise is told at once, unless the topic is there all the same", async () => {
  const { topics, looked } = toldAfter(3);
  await expect(topics.appear(["topic"], new Error("no rights"))).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringContaining("did not create topic: no rights.") as string });
  expect(looked()).toBe(1);
  await toldAfter(1).topics.appear(["topic"], new Error("no rights"));
});
