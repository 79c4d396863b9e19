import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import { AlertDesk } from "../../../engine/notify/alert-desk.ts";
import type { AlertLog, AlertReader } from "../../../engine/notify/alert-log.ts";
import { forgetfulDeskLog } from "../../../engine/notify/desk-entry.ts";
import { Notifier } from "../../../engine/notify/notifier.ts";
import type { Route } from "../../../engine/notify/route.ts";
import { startReceiver } from "../../fixtures/receiver.ts";
import { readerOf, toldAlert } from "../../fixtures/told-alerts.ts";

const alerts = ["a", "b"].map((id) => ({ alert: toldAlert(id), loggedMs: 0 }));

const to = (url: string, name: string): Route => ({ name, to: { kind: "webhook", url: new URL(url), secret: null }, least: "LOW", afterMs: 0, holdOffMs: 0 });

/** The same alerts for every reader, which `change` may spoil. */
function logOf(change: (reader: AlertReader) => AlertReader = (reader) => reader): AlertLog {
  return { promise: "from a test", follow: () => Promise.resolve(change(readerOf(alerts).reader)), tail: () => Promise.resolve(readerOf(alerts).reader), [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function opened(routes: readonly Route[], log: AlertLog) {
  const told: string[] = [];
  const desk = new AlertDesk({ log: forgetfulDeskLog, now: () => 0 });
  const notifier = await Notifier.open({ log, routes, desk, metrics: new Metrics(), pipeline: "smoke", environment: {}, now: () => 0, random: () => 0, pauseMs: 1, tell: (sentence) => told.push(sentence) });
  return { notifier, desk, told };
}

test("every route tells of every alert, and the desk knows by whom", async () => {
  await using one = await startReceiver();
  await using other = await startReceiver(() => ({ status: 400 }));
  const { notifier, desk, told } = await opened([to(one.url, "one"), to(other.url, "other")], logOf());
  await using _ = notifier;
  await notifier.drain();
  expect([one.received.length, other.received.length]).toEqual([2, 2]);
  expect(desk.list(9).map(({ id, notifications }) => [id, notifications])).toEqual(["b", "a"].map((id) => [id, { delivered: 1, failed: 1, pending: 0 }]));
  expect(told).toEqual(["a", "b"].map((id) => expect.stringMatching(new RegExp(`^other: webhook at .*: alert ${id} \\(HIGH\\) of room is given up: it answers 400$`)) as string));
});

test("a log that cannot be read is told of once, and read again", async () => {
  await using receiver = await startReceiver();
  let failures = 3;
  const failing = (reader: AlertReader): AlertReader => ({
    next: (signal) => (failures-- > 0 ? Promise.reject(new Error("The disk is away.")) : reader.next(signal)),
    settle: (logged) => reader.settle(logged),
    get isAtEnd() {
      return reader.isAtEnd;
    },
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  });
  const { notifier, told } = await opened([to(receiver.url, "pager")], logOf(failing));
  await using _ = notifier;
  await expect.poll(() => receiver.received.length).toBe(2);
  expect(told).toEqual(["pager: The disk is away. It is tried again."]);
});

test("without routes the desk fills all the same", async () => {
  const { notifier, desk } = await opened([], logOf());
  await using _ = notifier;
  await expect.poll(() => desk.list(9).length).toBe(2);
});

test("a process that ends does not wait for the next attempt", async () => {
  await using receiver = await startReceiver(() => ({ status: 503, headers: { "Retry-After": "3600" } }));
  const { notifier, told } = await opened([to(receiver.url, "pager")], logOf());
  await expect.poll(() => told.length).toBeGreaterThan(0);
  await notifier[Symbol.asyncDispose]();
});
