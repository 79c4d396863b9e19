import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Holding } from "../../../../engine/broker/membership/holding.ts";
import type { FromMember } from "../../../../engine/broker/membership/messages.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function newHolding() {
  const said: FromMember[] = [];
  const onDrained = vi.fn<() => void>();
  return { said, onDrained, holding: new Holding({ drainBudgetMs: 1_000, post: (message) => said.push(message), onDrained }) };
}

test("tells of new partitions alone", () => {
  const { holding, said } = newHolding();
  holding.assign([0, 1]);
  holding.assign([1, 2]);
  holding.assign([0]);
  expect(said).toEqual([
    { kind: "assigned", partitions: [0, 1] },
    { kind: "assigned", partitions: [2] },
  ]);
});

test("holds what is revoked until the owner has answered, and asks for it once", () => {
  const { holding, said, onDrained } = newHolding();
  holding.assign([0, 1, 2]);
  holding.revoke([1]);
  holding.revoke([1, 2, 7]);
  expect(said.slice(1)).toEqual([
    { kind: "revoked", partitions: [1], drain: 1 },
    { kind: "revoked", partitions: [2], drain: 2 },
  ]);
  expect(holding.held).toEqual([0, 1, 2]);
  holding.drained(2);
  expect(holding.held).toEqual([0, 1]);
  expect(holding.isDraining).toBe(true);
  holding.drained(1);
  expect(holding.held).toEqual([0]);
  expect(holding.isDraining).toBe(false);
  expect(onDrained).toHaveBeenCalledTimes(2);
});

test("waits no longer than its budget, and passes over the answer that comes later", () => {
  const { holding, onDrained } = newHolding();
  holding.assign([0]);
  holding.revoke([0]);
  vi.advanceTimersByTime(999);
  expect(holding.held).toEqual([0]);
  vi.advanceTimersByTime(1);
  expect(holding.held).toEqual([]);
  holding.assign([0]);
  holding.drained(1);
  expect(holding.held).toEqual([0]);
  expect(onDrained).toHaveBeenCalledTimes(1);
});

test("what is lost is gone at once, drained or not", () => {
  const { holding, said } = newHolding();
  holding.assign([0, 1]);
  holding.revoke([1]);
  holding.lose();
  holding.lose();
  expect(said.slice(2)).toEqual([{ kind: "lost", partitions: [0, 1] }]);
  expect(holding.held).toEqual([]);
  expect(holding.isDraining).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test("who leaves has everything drained, and takes nothing any more", () => {
  const { holding, said } = newHolding();
  holding.assign([0, 1]);
  holding.revoke([0]);
  holding.leave();
  holding.assign([2]);
  expect(said.slice(1)).toEqual([
    { kind: "revoked", partitions: [0], drain: 1 },
    { kind: "revoked", partitions: [1], drain: 2 },
  ]);
});
