import { expect, test } from "vitest";
import { DeadLetterWatch } from "../../../engine/monitoring/dead-letter-watch.ts";

function watchAt(limit: number) {
  const clock = { ms: 5_000 };
  return { watch: new DeadLetterWatch({ limit, now: () => clock.ms }), clock };
}

test("more than the limit in a minute are told once, and again after ten minutes if they go on", () => {
  const { watch, clock } = watchAt(60);
  const toldAt: number[] = [];
  for (let second = 0; second < 1_500; second++) {
    clock.ms = 5_000 + second * 1_000;
    if (watch.add(2)) toldAt.push(second);
  }
  expect(toldAt).toEqual([30, 630, 1_230]);
});

test("as many as the limit are none, however long they go on", () => {
  const { watch, clock } = watchAt(60);
  for (let second = 0; second < 600; second++) {
    clock.ms = second * 1_000;
    expect(watch.add(1)).toBe(false);
  }
  expect([watch.recent, watch.isOver]).toEqual([60, false]);
});

test("it is over as soon as the minute is, without another dead letter", () => {
  const { watch, clock } = watchAt(3);
  expect([watch.add(2), watch.add(0), watch.add(2)]).toEqual([false, false, true]);
  clock.ms += 59_999;
  expect([watch.recent, watch.isOver]).toEqual([4, true]);
  clock.ms += 1;
  expect([watch.recent, watch.isOver]).toEqual([0, false]);
});

test("a limit of 0 is none", () => {
  const { watch } = watchAt(0);
  expect([watch.add(1_000_000), watch.isOver]).toEqual([false, false]);
});
