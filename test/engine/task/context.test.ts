import { expect, test } from "vitest";
import { mean } from "../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const minutes = pipeline("minutes")
  .from(topic("readings"), smallSchema)
  .eventTime("t", { maxOutOfOrderness: "0s" })
  .window(tumbling("1m"))
  .aggregate({ mean_b: mean("b") })
  .rules({ name: "hot", fields: [{ field: "mean_b", bounds: [{ above: 10, severity: "HIGH" }] }], patterns: [] }, { holdOff: "0s" });

const reading = (s: number, b: number, sensor: string) => `{"t":${s},"a":4,"b":${b},"sensor_id":"${sensor}"}`;

//  s        0        61          end
//  minute   ├── 0 ───┼── 1 ──────┤
//  closed            by a reading, by no reading
test("behind an alert of a window stands no single reading", () => {
  using task = new Task({ kernel, pipeline: minutes, models: null, format: { kind: "json" } });
  const closed = task.process(recordsOf([reading(0, 50, "s"), reading(61, 20, "s")]));
  expect(closed.alerts.map(({ value }) => value)).toEqual([50]);
  expect(closed.evidence).toEqual([]);
  const ended = task.end();
  expect(ended.alerts.map(({ value }) => value)).toEqual([20]);
  expect(ended.evidence).toEqual([]);
});

test("alerts of windows are told apart by sensor and bounds, whatever closed them", () => {
  using task = new Task({ kernel, pipeline: minutes, models: null, format: { kind: "json" } });
  const closed = task.process(recordsOf([reading(0, 50, "7"), reading(0, 50, "8"), reading(61, 20, "7"), reading(61, 20, "8")]));
  const ended = task.end();
  expect([...closed.alerts, ...ended.alerts].map(({ id }) => id)).toEqual(["7_0_60000", "8_0_60000", "7_60000_120000", "8_60000_120000"].map((window) => `0_window_${window}_rules hot_mean_b`));
});

test("alerts of several rows that a function made of one window are told apart by their number", () => {
  const twice = pipeline("twice")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { maxOutOfOrderness: "0s" })
    .window(tumbling("1m"))
    .aggregate({ mean_b: mean("b") })
    .flatMap("doubled", { gives: ["c"], row: ({ mean_b: b }) => [{ c: b }, { c: 2 * b }] })
    .rules({ name: "high", fields: [{ field: "c", bounds: [{ above: 10, severity: "MEDIUM" }, { above: 35, severity: "HIGH" }] }], patterns: [] }, { holdOff: "0s" });
  using task = new Task({ kernel, pipeline: twice, models: null, format: { kind: "json" } });
  task.process(recordsOf([reading(0, 20, "s"), reading(0, 30, "t")]));
  expect(task.end().alerts.map(({ id }) => id)).toEqual(["s_0_60000", "s_0_60000_1", "t_0_60000", "t_0_60000_1"].map((row) => `0_window_${row}_rules high_c`));
});

test("alerts of several rows that a function made of one reading are told apart by their number", () => {
  const twice = pipeline("twice")
    .from(topic("readings"), smallSchema)
    .eventTime("t")
    .flatMap("doubled", { gives: ["c"], row: ({ b }) => [{ c: b }, { c: 2 * b }] })
    .rules({ name: "high", fields: [{ field: "c", bounds: [{ above: 10, severity: "MEDIUM" }, { above: 35, severity: "HIGH" }] }], patterns: [] }, { holdOff: "0s" });
  using task = new Task({ kernel, pipeline: twice, models: null, format: { kind: "json" } });
  expect(task.process(recordsOf([reading(0, 20, "s"), reading(1, 30, "s")])).alerts.map(({ id, value }) => [id, value])).toEqual([["0_0_rules high_c", 20], ["0_0_1_rules high_c", 40], ["0_1_rules high_c", 30], ["0_1_1_rules high_c", 60]]);
});
