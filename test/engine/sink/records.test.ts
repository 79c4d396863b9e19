import { expect, test } from "vitest";
import { records } from "../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../../engine/testing.ts";
import { smallSchema } from "../../fixtures/readings.ts";

test("a window that ends after the last time that a Date can tell has no end, and takes no other window and no alert with it", async () => {
  const minutes = pipeline("small")
    .from(topic("readings"), { ...smallSchema, time: { keys: ["t"], unit: "ms" } })
    .window(tumbling("1m"))
    .aggregate({ n: records() })
    .rules({ name: "any", fields: [{ field: "n", bounds: [{ above: 0, severity: "LOW" }] }], patterns: [] })
    .to(topic("minutes"));
  using driver = await PipelineDriver.open(minutes);
  driver.pipe([["s", 10_000], ["z", 8.64e15]].map(([sensor_id, t]) => ({ t, "a[C]": 1, b: 1, sensor_id }))).end();
  expect(driver.output("minutes")).toEqual([
    { sensor_id: "s", window_start: "1970-01-01T00:00:00.000Z", window_end: "1970-01-01T00:01:00.000Z", n: 1 },
    { sensor_id: "z", window_start: "+275760-09-13T00:00:00.000Z", window_end: null, n: 1 },
  ]);
  expect(driver.output("small_alerts").map(({ sensor, timestamp }) => [sensor, timestamp])).toEqual([["s", "1970-01-01T00:01:00.000Z"], ["z", null]]);
});
