import process from "node:process";
import { expect, test, vi } from "vitest";
import { alertLines } from "../../commands/alert-lines.ts";

test("every alert is a line up to a hundred in a second, and the others are counted once the second is over", () => {
  const lines: string[] = [];
  using _ = vi.spyOn(process.stderr, "write").mockImplementation((line) => (lines.push(String(line)), true));
  let nowMs = 0;
  const tellAlerts = alertLines(() => nowMs);
  const flood = (count: number) => Array.from({ length: count }, (_, i) => ({ severity: "HIGH" as const, message: `room ${i}`, timeMs: 1000 }));
  tellAlerts(flood(60));
  nowMs = 999;
  tellAlerts(flood(1200));
  expect(lines).toHaveLength(100);
  expect(lines[0]).toBe("ALERT   HIGH at 1970-01-01T00:00:01.000Z: room 0\n");
  nowMs = 1000;
  tellAlerts(flood(1));
  expect(lines.slice(100)).toEqual(["ALERT   and 1,160 more in that second\n", "ALERT   HIGH at 1970-01-01T00:00:01.000Z: room 0\n"]);
  nowMs = 2000;
  tellAlerts([]);
  expect(lines).toHaveLength(102);
});

test("an alert of a moment that no date can hold is told without it", () => {
  const lines: string[] = [];
  using _ = vi.spyOn(process.stderr, "write").mockImplementation((line) => (lines.push(String(line)), true));
  alertLines(() => 0)([{ severity: "HIGH", message: "the end of days", timeMs: 8.64e15 + 300_000 }]);
  expect(lines).toEqual(["ALERT   HIGH: the end of days\n"]);
});
