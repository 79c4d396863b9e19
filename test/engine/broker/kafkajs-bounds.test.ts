import { KafkaJSProtocolError } from "kafkajs";
import { expect, test } from "vitest";
import { topicBounds } from "../../../engine/broker/kafkajs-bounds.ts";

/** An admin that answers only after the given errors. */
function adminAfter(...types: string[]) {
  const asked: string[] = [];
  const fetchTopicOffsets = async (topic: string) => {
    asked.push(topic);
    const type = types.shift();
    if (type !== undefined) throw Object.assign(new KafkaJSProtocolError(new Error(type)), { type });
    return [{ partition: 0, offset: "7", low: "2", high: "7" }];
  };
  return { asked, fetchTopicOffsets };
}

test("a leader that does not know yet that it is one is asked again", async () => {
  const admin = adminAfter("NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE");
  expect(await topicBounds(admin, "new")).toEqual([{ partition: 0, offset: "7", low: "2", high: "7" }]);
  expect(admin.asked).toEqual(["new", "new", "new"]);
});

test("any other refusal is told at once", async () => {
  const admin = adminAfter("TOPIC_AUTHORIZATION_FAILED");
  await expect(topicBounds(admin, "secret")).rejects.toMatchObject({ type: "TOPIC_AUTHORIZATION_FAILED" });
  expect(admin.asked).toEqual(["secret"]);
});
