import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import { AlertDesk } from "../../../engine/notify/alert-desk.ts";
import type { LoggedAlert } from "../../../engine/notify/alert-log.ts";
import { Courier } from "../../../engine/notify/courier.ts";
import { forgetfulDeskLog } from "../../../engine/notify/desk-entry.ts";
import type { Notice } from "../../../engine/notify/notice.ts";
import type { Route } from "../../../engine/notify/route.ts";
import type { Attempt } from "../../../engine/notify/target.ts";
import { keyOf } from "../../../engine/notify/told-alert.ts";
import { readerOf, toldAlert } from "../../fixtures/told-alerts.ts";

const logged = (id: string, about: Parameters<typeof toldAlert>[1] = {}, loggedMs = 0): LoggedAlert => ({ alert: toldAlert(id, about), loggedMs });

/** A courier whose time only waiting moves. */
function started(alerts: readonly LoggedAlert[], { send, ...route }: Partial<Route> & { send?: (notice: Notice, signal: AbortSignal) => Promise<Attempt> } = {}) {
  let nowMs = 0;
  const clock = { sleeps: [] as number[], onSleep: () => {} };
  const sent: Notice[] = [];
  const told: string[] = [];
  const metrics = new Metrics();
  const desk = new AlertDesk({ log: forgetfulDeskLog, now: () => nowMs });
  for (const { alert } of alerts) desk.add(alert);
  const { reader, settled, handedOut } = readerOf(alerts);
  const courier = new Courier({
    route: { name: "pager", to: { kind: "program", words: ["x"] }, least: "MEDIUM", afterMs: 0, holdOffMs: 0, ...route },
    target: { description: "test", send: (notice, signal) => (sent.push(notice), send?.(notice, signal) ?? Promise.resolve({ kind: "delivered", answer: "" })) },
    reader,
    desk,
    metrics,
    pipeline: "smoke",
    now: () => nowMs,
    random: () => 1,
    sleep: (ms) => {
      clock.sleeps.push(ms);
      nowMs += ms;
      clock.onSleep();
      return Promise.resolve();
    },
    tell: (sentence) => told.push(sentence),
  });
  const [stop, cut] = [new AbortController(), new AbortController()];
  const run = courier.run(stop.signal, cut.signal);
  return { courier, sent, settled, handedOut, told, metrics, desk, stop, cut, run, clock };
}

const hang = (_: Notice, signal: AbortSignal) => new Promise<Attempt>((resolve) => signal.addEventListener("abort", () => resolve({ kind: "later", reason: "stopped", afterMs: null })));

test("an alert is told under its id and settled once it is taken; what is not grave enough is settled untold", async () => {
  const { sent, settled, stop, run, desk, metrics } = started([logged("a"), logged("b", { severity: "LOW" }), logged("c", { severity: "CRITICAL" })], { least: "HIGH" });
  await expect.poll(() => settled.length).toBe(3);
  stop.abort();
  await run;
  expect(sent.map(({ key }) => key)).toEqual([keyOf(toldAlert("a")), keyOf(toldAlert("c", { severity: "CRITICAL" }))]);
  expect(JSON.parse(sent[0]!.body)).toEqual({ idempotency_key: keyOf(toldAlert("a")), event: "alert", route: "pager", pipeline: "smoke", alert: toldAlert("a") });
  expect(desk.list(3).map(({ notifications }) => notifications.delivered)).toEqual([1, 0, 1]);
  expect(await metrics.text()).toContain('mangrove_notifications_sent_total{route="pager"} 2');
});

test("an alert that is given up is told of, counted and settled", async () => {
  const { settled, stop, run, told, metrics, desk } = started([logged("a")], { send: () => Promise.resolve({ kind: "never", reason: "it answers 410" }) });
  await expect.poll(() => settled).toEqual(["a"]);
  stop.abort();
  await run;
  expect(told).toEqual(["test: alert a (HIGH) of room is given up: it answers 410"]);
  expect(desk.list(1)[0]!.notifications).toEqual({ delivered: 0, failed: 1, pending: 0 });
  expect(await metrics.text()).toContain('mangrove_notifications_failed_total{route="pager"} 1');
});

test("a receiver that does not answer has no more than 64 notices under way; the other alerts stay where they are", async () => {
  const { sent, settled, handedOut, stop, cut, run, metrics } = started(Array.from({ length: 500 }, (_, i) => logged(String(i))), { send: hang });
  await expect.poll(() => sent.length).toBe(64);
  expect(await metrics.text()).toContain('mangrove_notifications_pending{route="pager"} 64');
  expect(handedOut()).toBe(65);
  stop.abort();
  cut.abort();
  await run;
  expect([settled, sent.length]).toEqual([[], 64]);
});

test("one that fails does not hold the others up", async () => {
  const { settled, stop, cut, run } = started([logged("a"), logged("b"), logged("c")], { send: (notice, signal) => (notice.key.startsWith("a.") ? hang(notice, signal) : Promise.resolve({ kind: "delivered", answer: "" })) });
  await expect.poll(() => settled).toEqual(["b", "c"]);
  stop.abort();
  cut.abort();
  await run;
});

test("a failure is told once, however often it is tried again", async () => {
  let tries = 0;
  const { settled, stop, run, told, metrics } = started([logged("a")], { send: () => Promise.resolve(++tries < 5 ? { kind: "later", reason: "it answers 503", afterMs: null } : { kind: "delivered", answer: "" }) });
  await expect.poll(() => settled).toEqual(["a"]);
  stop.abort();
  await run;
  expect(told).toEqual(["test: it answers 503; it is tried again, next in 1.0 s"]);
  expect(await metrics.text()).toContain('mangrove_notification_retries_total{route="pager"} 4');
});

test("a target that throws all the same leaves the alert for the next process, and holds no other up", async () => {
  const { settled, stop, run, told, desk } = started([logged("a"), logged("b")], { send: (notice) => (notice.key.startsWith("a.") ? Promise.reject(new Error("no such thing")) : Promise.resolve({ kind: "delivered", answer: "" })) });
  await expect.poll(() => settled).toEqual(["b"]);
  stop.abort();
  await run;
  expect(told).toEqual(["test: alert a (HIGH) of room is not told before this process starts again: no such thing"]);
  expect(desk.list(2).map(({ id, notifications }) => [id, notifications])).toEqual([["b", { delivered: 1, failed: 0, pending: 0 }], ["a", { delivered: 0, failed: 0, pending: 0 }]]);
});

test("a route that waits reminds of what nobody has acknowledged by then, under a key of its own", async () => {
  const { sent, settled, stop, run, desk, clock } = started([logged("a", {}, 0), logged("b", {}, 1000)], { name: "manager", afterMs: 300_000 });
  clock.onSleep = () => void desk.acknowledge("b", { by: "ada", note: null });
  await expect.poll(() => settled.toSorted()).toEqual(["a", "b"]);
  stop.abort();
  await run;
  expect(clock.sleeps).toEqual([300_000, 1000]);
  expect(sent.map(({ key, body }) => [key, (JSON.parse(body) as { event: string }).event])).toEqual([[`${keyOf(toldAlert("a"))}/manager`, "reminder"]]);
});

test("a reminder that fails ends when the alert is acknowledged", async () => {
  const { sent, settled, stop, run, desk, clock } = started([logged("a")], { afterMs: 1000, send: () => Promise.resolve({ kind: "later", reason: "it answers 503", afterMs: null }) });
  clock.onSleep = () => void (sent.length === 3 && desk.acknowledge("a", { by: "ada", note: null }));
  await expect.poll(() => settled).toEqual(["a"]);
  stop.abort();
  await run;
  expect(sent).toHaveLength(3);
});

test("an alert that is read again before it is told is held off by nothing, so that it is not lost with the process", async () => {
  const { sent, settled, stop, cut, run } = started([logged("a"), logged("a"), logged("b")], { holdOffMs: 60_000, send: hang });
  await expect.poll(() => settled).toEqual(["b"]);
  expect(sent.map(({ key }) => key)).toEqual([keyOf(toldAlert("a")), keyOf(toldAlert("a"))]);
  stop.abort();
  cut.abort();
  await run;
  expect(settled).toEqual(["b"]);
});

test("repeats within the hold-off are settled untold", async () => {
  const { sent, settled, stop, run } = started([logged("a"), logged("b"), logged("c", { sensor_id: "other" })], { holdOffMs: 60_000 });
  await expect.poll(() => settled.length).toBe(3);
  stop.abort();
  await run;
  expect(sent.map(({ key }) => key[0])).toEqual(["a", "c"]);
});
