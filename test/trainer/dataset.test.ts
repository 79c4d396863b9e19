import { expect, test } from "vitest";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { MemorySource } from "../../engine/source/memory.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { batchOf, recordsOf, smallSchema } from "../fixtures/readings.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).features({ spansMs: [10_000] });
const source = (texts: readonly string[]) => new MemorySource("readings", [recordsOf(texts)]);

test("unlabelled readings are seen by the windows and then left out; rejected ones are counted", async () => {
  const { dataset, rejected, unlabelled, firstReason } = await readDataset(
    kernel,
    small,
    source(['{"t":1,"a":1,"b":2,"label":0}', '{"t":2,"a":5,"b":4}', "bad", '{"t":3,"a":6,"b":9,"label":1,"sensor_id":"x"}', '{"t":4,"a":3,"b":9,"label":1}']),
  );
  const rows = [["p", 1000, 1, 2, 0], ["p", 2000, 5, 4, 0], ["x", 3000, 6, 9, 0], ["p", 4000, 3, 9, 0]] as const;
  const expected = Array.from(referenceFeatures(small, batchOf(rows)));
  expect(Array.from(dataset.features)).toEqual([...expected.slice(0, 4), ...expected.slice(8)]);
  expect([...dataset.labels]).toEqual([0, 1, 1]);
  expect([rejected, unlabelled, firstReason]).toEqual([1, 1, expect.stringContaining("record 2: MGV_JSON")]);
  expect(dataset.recordings).toEqual(["partition-0", "x"]);
  expect([...dataset.recordingOf]).toEqual([0, 1, 0]);
});

test("readings without any label, and records that are all broken, are told apart", async () => {
  await expect(readDataset(kernel, small, source(['{"t":1,"a":1,"b":2}']))).rejects.toMatchObject({ code: "MGV_LABEL" });
  await expect(readDataset(kernel, small, source(["bad"]))).rejects.toMatchObject({ code: "MGV_TRAIN_DATA" });
});
