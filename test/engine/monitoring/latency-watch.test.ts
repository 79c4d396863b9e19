import { expect, test } from "vitest";
import { LatencyWatch } from "../../../engine/monitoring/latency-watch.ts";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";

function output(...appendTimesMs: number[]): TaskOutput {
  return { batch: { count: appendTimesMs.length, appendTimesMs: Float64Array.from(appendTimesMs) } } as unknown as TaskOutput;
}

async function lines(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n");
}

test("a batch's time goes from its first record's append to the commit, and is not told before", async () => {
  const metrics = new Metrics();
  let nowMs = 1000;
  const watch = new LatencyWatch({ metrics, now: () => nowMs });
  watch.write(output(900, 990));
  const committed = watch.cut();
  watch.write(output(1100));
  nowMs = 1400;
  expect(await lines(metrics)).toContain("mangrove_end_to_end_latency_seconds_count 0");
  committed();
  expect(await lines(metrics)).toEqual(expect.arrayContaining(["mangrove_end_to_end_latency_seconds_count 1", "mangrove_end_to_end_latency_seconds_sum 0.5", "mangrove_last_processed_timestamp_seconds 1.4"]));
});

test("without append times there is a heartbeat and no latency; a commit without readings is neither", async () => {
  const metrics = new Metrics();
  const watch = new LatencyWatch({ metrics, now: () => 7000 });
  watch.write(output());
  watch.cut()();
  expect((await metrics.text()).includes("mangrove_last_processed_timestamp_seconds 7")).toBe(false);
  watch.write(output(NaN));
  watch.cut()();
  expect(await lines(metrics)).toEqual(expect.arrayContaining(["mangrove_end_to_end_latency_seconds_count 0", "mangrove_last_processed_timestamp_seconds 7"]));
});
