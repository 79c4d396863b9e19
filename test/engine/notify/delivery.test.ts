import { expect, test } from "vitest";
import { deliver } from "../../../engine/notify/delivery.ts";
import type { Attempt, Target } from "../../../engine/notify/target.ts";

const later: Attempt = { kind: "later", reason: "it answers 503", afterMs: null };

/** Gives `attempts` one after the other, the last one again and again, by a clock that only waiting moves. */
async function delivered(attempts: readonly Attempt[], { random = () => 1, isMoot = () => false, stop = Infinity }: { random?: () => number; isMoot?: (tries: number) => boolean; stop?: number } = {}) {
  let nowMs = 0;
  let tries = 0;
  const pauses: number[] = [];
  const controller = new AbortController();
  const target: Target = { description: "test", send: () => Promise.resolve(attempts[Math.min(tries++, attempts.length - 1)]!) };
  const sleep = (ms: number) => {
    pauses.push(ms);
    nowMs += ms;
    if (pauses.length >= stop) controller.abort();
    return Promise.resolve();
  };
  const outcome = await deliver(target, { key: "k", body: "{}" }, { now: () => nowMs, random, sleep, isMoot: () => isMoot(tries), onRetry: () => {} }, { stop: controller.signal, cut: new AbortController().signal });
  return { outcome, pauses, tries, nowMs };
}

test("pauses double from a second to five minutes, and after a day it is given up", async () => {
  const { outcome, pauses, nowMs } = await delivered([later]);
  expect(pauses.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((s) => s * 1000));
  expect(Math.max(...pauses)).toBe(300_000);
  expect(outcome).toEqual({ outcome: "failed", reason: "it answers 503" });
  expect(nowMs).toBeGreaterThan(86_400_000 - 300_000);
  expect(nowMs).toBeLessThanOrEqual(86_400_000);
});

test("jitter makes a pause up to half as long", async () => {
  const { pauses } = await delivered([later, later, { kind: "delivered", answer: "" }], { random: () => 0 });
  expect(pauses).toEqual([500, 1000]);
});

test("what is refused for good is not tried again", async () => {
  expect(await delivered([{ kind: "never", reason: "it answers 400" }])).toMatchObject({ outcome: { outcome: "failed", reason: "it answers 400" }, tries: 1 });
});

test("a receiver says how long it wants to be left alone, within bounds", async () => {
  const { pauses, outcome } = await delivered([{ ...later, afterMs: 20_000 }, { ...later, afterMs: 1e9 }, { kind: "delivered", answer: "" }]);
  expect(pauses).toEqual([20_000, 300_000]);
  expect(outcome).toEqual({ outcome: "delivered" });
});

test("what there is no more reason to tell is not told", async () => {
  expect(await delivered([later], { isMoot: (tries) => tries >= 2 })).toMatchObject({ outcome: { outcome: "moot" }, tries: 2 });
});

test("a process that ends leaves it to the next one", async () => {
  expect(await delivered([later], { stop: 3 })).toMatchObject({ outcome: { outcome: "stopped" }, tries: 3 });
});
