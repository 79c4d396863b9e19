import { expect, test } from "vitest";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { PipelineDriver } from "../../../../engine/testing.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

test("a reading that a function throws at gives no rows and is a dead letter, its neighbours give theirs", async () => {
  const each = pipeline("small")
    .from(topic("readings"), smallSchema)
    .flatMap("fragile", {
      gives: ["x"],
      *row({ b }) {
        yield { x: b };
        if (b === 2) throw new RangeError("two is too many");
        yield { x: -b };
      },
    })
    .to(topic("out"));
  using driver = await PipelineDriver.open(each);
  driver.pipe([1, 2, 3].map((b) => ({ t: b, "a[C]": 1, b, sensor_id: "s" })));
  expect(driver.output("out").map(({ timestamp, x }) => [timestamp, x])).toEqual([1, -1, 3, -3].map((x) => [`1970-01-01T00:00:0${Math.abs(x)}.000Z`, x]));
  expect(driver.output("small_dead_letter")).toMatchObject([{ code: "MGV_STEP", offset: 1, reason: expect.stringContaining('"fragile" failed: two is too many') as string }]);
});
