import { expect, test } from "vitest";
import { RecordBatchBuilder } from "../../../engine/source/record-batch.ts";

test("an append time that no date can hold is none: -1, by which Kafka says so, and nanoseconds", () => {
  const builder = new RecordBatchBuilder("readings", 0);
  for (const [offset, appendTimeMs] of [0, 8.64e15, -1, 1.7e18, NaN].entries()) builder.add(offset, appendTimeMs, null, new Uint8Array());
  expect([...builder.take().appendTimesMs]).toEqual([0, 8.64e15, NaN, NaN, NaN]);
});
