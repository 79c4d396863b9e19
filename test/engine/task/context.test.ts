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

//  s        0        61          end
//  minute   ├── 0 ───┼── 1 ──────┤
//  closed            by a reading, by no reading
test("behind an alert of a window stands the reading that closed it, and none where the stream's end did", () => {
  using task = new Task({ kernel, pipeline: minutes, models: null, format: { kind: "json" } });
  const closed = task.process(recordsOf(['{"t":0,"a":3,"b":50,"sensor_id":"s"}', '{"t":61,"a":4,"b":20,"sensor_id":"s"}']));
  expect(closed.alerts.map(({ value }) => value)).toEqual([50]);
  expect(closed.evidence!.map(({ values, scored }) => [[...values].slice(0, 2), scored])).toEqual([[[4, 20], null]]);
  const ended = task.end();
  expect(ended.alerts.map(({ value }) => value)).toEqual([20]);
  expect(ended.evidence).toEqual([]);
});
