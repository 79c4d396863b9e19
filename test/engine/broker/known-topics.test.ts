import { expect, test } from "vitest";
import { Failures } from "../../../engine/broker/failures.ts";
import { KnownTopics } from "../../../engine/broker/known-topics.ts";

const failures = new Failures({ servers: ["broker:9092"] }, { isUnreachable: () => false, isDenial: () => false });
const exists = "Topic with this name already exists";
const unknown = "This server does not host this topic-partition";

/** A cluster that tells of `topic` from the `looks`th look on. */
function toldAfter(looks: number): { topics: KnownTopics; looked: () => number } {
  let looked = 0;
  const list = () => Promise.resolve(++looked >= looks ? ["topic"] : []);
  return { topics: new KnownTopics(list, failures), looked: () => looked };
}

test.each([exists, unknown])("a topic that another process was faster to create, or that the client asked for too soon, is there when the cluster tells of it, a moment later: %s", async (message) => {
  const { topics, looked } = toldAfter(3);
  await topics.appear(["topic"], new Error(message));
  expect(looked()).toBe(3);
});

test("what went wrong otherwise is told at once, unless the topic is there all the same", async () => {
  const { topics, looked } = toldAfter(3);
  await expect(topics.appear(["topic"], new Error("no rights"))).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringContaining("did not create topic: no rights.") as string });
  expect(looked()).toBe(1);
  await toldAfter(1).topics.appear(["topic"], new Error("no rights"));
});
