import { expect, test } from "vitest";
import { mean, records } from "../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import { Task } from "../../../engine/task/task.ts";
import { PipelineDriver } from "../../../engine/testing.ts";
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

/*
 *   s       0  1  2  3  4                        60
 *   a          1                                 ┐
 *   b             1  1                           ├ the source has ended: each minute closes, and no record has closed it
 *   c                   1                        ┘
 */
test("of a window that no record closed the dead letter tells sensor and bounds, and the other windows go on", async () => {
  const fragile = pipeline("small")
    .from(topic("readings"), smallSchema)
    .window(tumbling("1m"))
    .aggregate({ n: records() })
    .map("fragile", {
      adds: ["x"],
      row: ({ n }) => {
        if (n < 2) throw new RangeError("too few");
        return { x: n };
      },
    })
    .to(topic("out"));
  using driver = await PipelineDriver.open(fragile);
  driver.pipe([[1, "a"], [2, "b"], [3, "b"], [4, "c"]].map(([s, sensor]) => reading(s as number, 1, sensor as string))).end();
  expect(driver.output("out").map(({ sensor_id, x }) => [sensor_id, x])).toEqual([["b", 2]]);
  const iso = (s: number) => new Date(s * 1000).toISOString();
  const reason = `the function of the step "fragile" failed: too few, at the window from ${iso(0)} to ${iso(60)}`;
  expect(driver.output("small_dead_letter")).toMatchObject(["a", "c"].map((key) => ({ code: "MGV_STEP", key, offset: 4, reason, is_of_record: false, value_bytes: 0 })));
});
