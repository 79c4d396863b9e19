import { expect, test } from "vitest";
import { startOffset } from "../../../engine/broker/start-offset.ts";

/*
 *   the partition        200 ├──────────────┤ 300
 *   stored       100 ···········            │         → 200: what is there is read
 *                            │    250       │         → 250
 *                            │              │ 400     → as `from` says: another topic of the same name
 */
test.each([
  [100, 200],
  [200, 200],
  [250, 250],
  [300, 300],
] as const)("a group that has stored %i goes on at %i, wherever new groups begin", (stored, expected) => {
  for (const from of ["earliest", "latest", { atMs: 5 }] as const) expect(startOffset({ stored, low: 200, high: 300, from, at: 270 })).toBe(expected);
});

test.each([undefined, 400])("one that has stored %s begins where `from` says", (stored) => {
  const bounds = { stored, low: 200, high: 300, at: undefined };
  expect(startOffset({ ...bounds, from: "earliest" })).toBe(200);
  expect(startOffset({ ...bounds, from: "latest" })).toBe(300);
  expect(startOffset({ ...bounds, from: { atMs: 5 }, at: 270 })).toBe(270);
  expect(startOffset({ ...bounds, from: { atMs: 5 } })).toBe(300);
});
