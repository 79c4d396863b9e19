import { expect, test } from "vitest";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { PipelineDriver } from "../../engine/testing.ts";
import { smallSchema } from "../fixtures/readings.ts";

const written = pipeline("small").from(topic("readings"), smallSchema).to(topic("windows"));

test("options that are spelled otherwise are refused with the ones that are taken", async () => {
  await expect(PipelineDriver.open(written, { modle: "model.json" } as object)).rejects.toThrow('PipelineDriver.open does not take "modle". Did you mean model?');
  using driver = await PipelineDriver.open(written);
  expect(() => driver.pipe({ t: 1, a: 1, b: 1 }, { kye: "s" } as object)).toThrow('pipe does not take "kye". It takes key, at.');
});

test("a topic that the pipeline writes to is empty at first, and another one is refused instead of being empty for ever", async () => {
  using driver = await PipelineDriver.open(written);
  expect([driver.output("windows"), driver.output("small_dead_letter")]).toEqual([[], []]);
  expect(() => driver.output("window")).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT", message: expect.stringContaining('The pipeline writes to no topic "window". Did you mean windows?') as string }));
});
