import { expect, test } from "vitest";
import { records } from "../../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { session } from "../../../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../../../engine/testing.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

//  s     0    1    4    6    9    20   40        sessions with gaps of 5 s, one clock for all
//  b     x─────────x─────────┤
//  z          x─────────┤
//  c               x─────────┤
//  a               x─────────┤
//  x                              x─────── closes the four of them, y closes this one
test("windows that one reading closes come by end, start and name, behind those that an earlier one closed", async () => {
  const bursts = pipeline("small").from(topic("readings"), smallSchema).eventTime("t", { per: "partition", maxOutOfOrderness: "0s" }).window(session("5s")).aggregate({ n: records() }).to(topic("bursts"));
  using driver = await PipelineDriver.open(bursts);
  const readings = [[0, "b"], [1, "z"], [4, "b"], [4, "c"], [4, "a"], [20, "x"], [40, "y"]] as const;
  driver.pipe(readings.map(([t, sensor]) => ({ t, "a[C]": 1, b: 1, sensor_id: sensor })));
  expect(driver.output("bursts").map(({ sensor_id, n }) => [sensor_id, n])).toEqual([["z", 1], ["b", 2], ["a", 1], ["c", 1], ["x", 1]]);
});
