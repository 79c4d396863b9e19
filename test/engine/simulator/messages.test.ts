import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { messageText } from "../../../engine/simulator/message.ts";
import { Messages } from "../../../engine/simulator/messages.ts";
import type { SimulatorOptions } from "../../../engine/simulator/options.ts";
import { readingFields } from "../../../engine/simulator/reading.ts";
import { World } from "../../../engine/simulator/world.ts";
import { usualFaults } from "../../../engine/simulator/faults.ts";

function hashOfFirst(count: number, options: SimulatorOptions): string {
  const messages = new Messages(options);
  const texts: string[] = [];
  while (texts.length < count) messages.next([], texts);
  return createHash("sha256").update(texts.slice(0, count).join("\n")).digest("hex");
}

test("the same seed gives the same bytes on every runtime", () => {
  expect(hashOfFirst(5_000, {})).toBe("1eb89a97f2e94a189401845e029b3cc70bb10017e05cbed3c9eb783e0a8ee957");
});

test("with faults, fires and a large seed as well", () => {
  expect(hashOfFirst(5_000, { seed: 2 ** 40 + 3, sensors: 30, rateHz: 0.1, firesPerSensorDay: 50, faults: usualFaults })).toBe("58b4e8b91b6293a7af1dd9a93cb7dd7c6f6fe33c91621fc86b6a9f9d937b44fa");
});

test("another seed gives other bytes", () => {
  const hashes = [0, 1, 2, 2 ** 32 + 1].map((seed) => hashOfFirst(100, { seed }));
  expect(new Set(hashes).size).toBe(4);
});

test("a message has the original's keys in its order after the sensor's name, and the world's numbers", () => {
  const options = { durationMs: 120_000, sensors: 5, firesPerSensorDay: 400, startMs: 1_700_000_000_750 };
  const messages = new Messages(options);
  let checked = 0;
  for (const { timeMs, rows } of new World(options)) {
    const keys: string[] = [];
    const texts: string[] = [];
    expect(messages.next(keys, texts)).toBe(true);
    texts.forEach((text, i) => {
      const row = [...rows.subarray(i * 14, i * 14 + 14)];
      const expected = [["sensor_id", keys[i]], ["UTC", Math.floor(timeMs / 1_000)], ...readingFields.map((name, j) => [name, row[j]]), ["Fire Alarm", String(row[13])]];
      expect(text).toBe(JSON.stringify(Object.fromEntries(expected)));
      checked++;
    });
  }
  expect(checked).toBe(600);
  expect(messages.next([], [])).toBe(false);
});

test("numbers are written as JSON.stringify writes them", () => {
  const rows = Float64Array.from([-0.125, 0.05, 0, 59_999, 100, 1, 939.7, 0.001, 12.34, -12, 1_234.5, 64_999.999, 7, 1]);
  const parsed = JSON.parse(messageText("a", 5, rows, 0, 0)) as Record<string, unknown>;
  expect(readingFields.map((name) => parsed[name])).toEqual([...rows.subarray(0, 13)]);
  for (const value of rows.subarray(0, 13)) expect(messageText("a", 5, rows, 0, 0)).toContain(`:${JSON.stringify(value)},`);
  expect(messageText("a", 5, rows, 0, 0b101)).toBe(messageText("a", 5, rows, 0, 0).replace("-0.125", "null").replace('ppb]":0,', 'ppb]":null,'));
});
