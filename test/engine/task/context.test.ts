import { expect, test } from "vitest";
import { records } from "../../../engine/pipeline/aggregate.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import { PipelineDriver } from "../../../engine/testing.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const source = pipeline("small").from(topic("readings"), smallSchema);
const at = (t: number, b: number, sensor: string) => ({ t, "a[C]": 1, b, sensor_id: sensor });
const iso = (s: number) => new Date(s * 1000).toISOString();

/*
 *   s       0  1  2  3  4                        60
 *   a          1                                 ┐
 *   b             1  1                           ├ the source has ended: each minute closes, and no record has closed it
 *   c                   1                        ┘
 */
test("of a window that no record closed the dead letter tells sensor and bounds, and the other windows go on", async () => {
  const fragile = source
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
  driver.pipe([at(1, 1, "a"), at(2, 1, "b"), at(3, 1, "b"), at(4, 1, "c")]).end();
  expect(driver.output("out").map(({ sensor_id, x }) => [sensor_id, x])).toEqual([["b", 2]]);
  const reason = `the function of the step "fragile" failed: too few, at the window from ${iso(0)} to ${iso(60)}`;
  expect(driver.output("small_dead_letter")).toMatchObject(["a", "c"].map((key) => ({ code: "MGV_STEP", key, offset: 4, reason, value_bytes: 0, value_truncated: true })));
});
