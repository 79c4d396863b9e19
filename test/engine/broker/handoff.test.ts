import { expect, test } from "vitest";
import { Handoff } from "../../../engine/broker/handoff.ts";

const never = new AbortController().signal;
const long = 10_000;

test("an item goes from the giver to the taker, whichever comes first", async () => {
  const taken: number[] = [];
  const handoff = new Handoff<number>((item) => taken.push(item));
  const early = handoff.take(never);
  expect(await handoff.offer(1, long)).toBe(true);
  expect(await early).toBe(1);
  const offered = handoff.offer(2, long);
  expect(await handoff.take(never)).toBe(2);
  expect(await offered).toBe(true);
  expect(taken).toEqual([1, 2]);
});

test("an offer that nobody takes in time is not taken, and is gone", async () => {
  const handoff = new Handoff<number>(() => {});
  expect(await handoff.offer(1, 5)).toBe(false);
  const next = handoff.take(never);
  await handoff.offer(2, long);
  expect(await next).toBe(2);
});

test("an offer that is withdrawn is not taken", async () => {
  const handoff = new Handoff<number>(() => {});
  const offered = handoff.offer(1, long);
  handoff.withdraw();
  expect(await offered).toBe(false);
});

test("a taker that is told to stop gets nothing, and takes nothing from the next", async () => {
  const handoff = new Handoff<number>(() => {});
  const stop = new AbortController();
  const stopped = handoff.take(stop.signal);
  stop.abort();
  expect(await stopped).toBeUndefined();
  expect(await handoff.take(stop.signal)).toBeUndefined();
  const offered = handoff.offer(1, long);
  expect(await handoff.take(never)).toBe(1);
  expect(await offered).toBe(true);
});

test("after a failure every take throws it, the waiting one too", async () => {
  const handoff = new Handoff<number>(() => {});
  const waiting = handoff.take(never);
  handoff.fail(new Error("away"));
  await expect(waiting).rejects.toThrow("away");
  await expect(handoff.take(never)).rejects.toThrow("away");
});
