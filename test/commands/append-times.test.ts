import { expect, test } from "vitest";
import { datedBy, datedByProducers } from "../../commands/append-times.ts";

const cluster = (settings: Record<string, string> | null) => ({ settingsOf: () => Promise.resolve(settings && new Map(Object.entries(settings))) });

test("a topic is dated by who its setting says, and by nobody knows whom where it may not be read", async () => {
  expect(await datedBy(cluster({ "message.timestamp.type": "CreateTime" }), "readings")).toBe("producers");
  expect(await datedBy(cluster({ "message.timestamp.type": "LogAppendTime" }), "readings")).toBe("broker");
  expect(await datedBy(cluster(null), "readings")).toBeNull();
});

test("what producers date is told with the command that gives it to the broker", () => {
  const { says, fix } = datedByProducers("readings");
  expect(says).toContain("readings has message.timestamp.type=CreateTime");
  expect(fix).toBe("kafka-configs.sh --alter --entity-type topics --entity-name readings --add-config message.timestamp.type=LogAppendTime");
});
