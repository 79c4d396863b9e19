import { expect, test } from "vitest";
import type { Broker, Subscription } from "../../../engine/broker/broker.ts";
import { orAborted } from "../../../engine/broker/patience.ts";
import type { AlertReader } from "../../../engine/notify/alert-log.ts";
import { KafkaAlerts } from "../../../engine/notify/kafka-alerts.ts";
import { RecordBatchBuilder } from "../../../engine/source/record-batch.ts";
import type { RecordBatch } from "../../../engine/source/source.ts";
import { alertLine, toldAlert } from "../../fixtures/told-alerts.ts";

/** A broker whose one partition holds these batches, and then nothing. */
function brokerOf(batches: readonly RecordBatch[]): Broker {
  const subscription: Partial<Subscription> = {
    async *batches(signal) {
      yield* batches;
      await orAborted(new Promise(() => {}), signal);
    },
    commit: () => Promise.resolve(),
    positions: () => new Map([[0, 0]]),
    committed: () => Promise.resolve(new Map()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { subscribe: () => Promise.resolve(subscription as Subscription), [Symbol.asyncDispose]: () => Promise.resolve() } as Partial<Broker> as Broker;
}

test("an alert was logged when the broker says, or when it is read where its record has no time", async () => {
  const builder = new RecordBatchBuilder("alerts", 0);
  const add = (offset: number, appendTimeMs: number) => builder.add(offset, appendTimeMs, null, new TextEncoder().encode(alertLine(toldAlert(String(offset)))));
  add(0, 1_700_000_000_000);
  add(1, -1);
  const broker = brokerOf([builder.take()]);
  await using log = new KafkaAlerts({ connect: () => Promise.resolve(broker), appId: "app", topics: ["alerts"], newest: () => ({}) as AlertReader, now: () => 1_800_000_000_000, onFailure: () => {} });
  await using reader = await log.follow("pager");
  const { signal } = new AbortController();
  expect([await reader.next(signal), await reader.next(signal)].map((logged) => logged?.loggedMs)).toEqual([1_700_000_000_000, 1_800_000_000_000]);
});

/*
 *   the broker's end      ──────── 1
 *   position of the group 0 ──────── 1
 *   an alert              ·········· handed out
 */
test("the end has come when the group has read as far as the topic reaches now", async () => {
  const builder = new RecordBatchBuilder("alerts", 0);
  builder.add(0, 1, null, new TextEncoder().encode(alertLine(toldAlert("a"))));
  const batch = builder.take();
  const answers = Promise.withResolvers<void>();
  let position = 0;
  const subscription: Partial<Subscription> = {
    async *batches(signal) {
      await answers.promise;
      position = 1;
      yield batch;
      await orAborted(new Promise(() => {}), signal);
    },
    commit: () => Promise.resolve(),
    positions: () => new Map([[0, position]]),
    committed: () => Promise.resolve(new Map([[0, 0]])),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const broker = { subscribe: () => Promise.resolve(subscription as Subscription), endOffsets: () => Promise.resolve(new Map([[0, 1]])), [Symbol.asyncDispose]: () => Promise.resolve() } as Partial<Broker> as Broker;
  await using log = new KafkaAlerts({ connect: () => Promise.resolve(broker), appId: "app", topics: ["alerts"], newest: () => ({}) as AlertReader, now: () => 0, onFailure: () => {} });
  await using reader = await log.follow("pager");
  const { signal } = new AbortController();
  expect(reader.isAtEnd).toBe(true);
  const hasCome = reader.comeToEnd!(signal);
  answers.resolve();
  await hasCome;
  expect(reader.isAtEnd).toBe(false);
  expect((await reader.next(signal))?.alert.id).toBe("a");
});
