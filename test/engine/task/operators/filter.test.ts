import { expect, test } from "vitest";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { PipelineDriver } from "../../../../engine/testing.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

const source = pipeline("small").from(topic("readings"), smallSchema);
const readings = [1, 2, 3].map((b) => ({ t: b, "a[C]": 1, b, sensor_id: "s" }));

async function keptBy(rows: ReturnType<typeof source.filter>) {
  using driver = await PipelineDriver.open(rows.to(topic("out")));
  driver.pipe(readings);
  return { kept: driver.output("out").map(({ b }) => b as number), letters: driver.output("small_dead_letter") };
}

test("what all readings pass lets through those and no other", async () => {
  expect((await keptBy(source.filter("all", { row: () => true }))).kept).toEqual([1, 2, 3]);
  expect((await keptBy(source.filter("all", { columns: ({ b }) => Array.from(b, () => true) }))).kept).toEqual([1, 2, 3]);
});

test("a reading that a function throws at is a dead letter, its neighbours go on", async () => {
  const { kept, letters } = await keptBy(
    source.filter("fragile", {
      row: ({ b }) => {
        if (b === 2) throw new RangeError("two is too many");
        return true;
      },
    }),
  );
  expect(kept).toEqual([1, 3]);
  expect(letters).toMatchObject([{ code: "MGV_STEP", offset: 1, reason: expect.stringContaining('"fragile" failed: two is too many') as string }]);
});

test("a function of many readings that answers for others ends the run with the step's name", async () => {
  await expect(keptBy(source.filter("short", { columns: () => [true] }))).rejects.toThrow(expect.objectContaining({ code: "MGV_STEP", message: expect.stringContaining('"short" failed: it gave 1 answers for 3 rows') as string }));
});
