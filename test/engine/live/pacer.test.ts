import { expect, test } from "vitest";
import { Pacer } from "../../../engine/live/pacer.ts";

function told(intervalMs: number) {
  const all: { key: string; count: number }[] = [];
  const pacer = new Pacer<{ count: number }>({ intervalMs, merge: (before, now) => ({ count: before.count + now.count }), tell: (key, { count }) => void all.push({ key, count }) });
  return { all, pacer };
}

test("a key is let through at once, and then once in each interval, with all that came meanwhile", () => {
  const { all, pacer } = told(200);
  for (let ms = 0; ms < 1000; ms += 50) pacer.add("a", { count: 1 }, ms);
  pacer.sweep(1200);
  expect(all).toEqual([{ key: "a", count: 1 }, ...Array.from({ length: 4 }, () => ({ key: "a", count: 4 })), { key: "a", count: 3 }]);
});

test("of too many keys no more than 2,500 samples a second are let through, all have their turn, and no count is lost", () => {
  const { all, pacer } = told(200);
  const keys = Array.from({ length: 6_000 }, (_, i) => `k${i}`);
  let added = 0;
  let before = 0;
  for (let second = 0; second < 9; second++) {
    for (let ms = 0; ms < 1000; ms += 100) {
      for (const key of keys) pacer.add(key, { count: 1 }, second * 1000 + ms);
      added += keys.length;
    }
    pacer.sweep((second + 1) * 1000);
    expect(all.length - before).toBeLessThanOrEqual(2_500 + (second === 0 ? 501 : 0));
    before = all.length;
  }
  const turns = keys.map((key) => all.filter((each) => each.key === key).length);
  expect(Math.min(...turns)).toBeGreaterThanOrEqual(3);
  expect(Math.max(...turns)).toBeLessThanOrEqual(5);
  for (let second = 10; second < 14; second++) pacer.sweep(second * 1000);
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(added);
});
