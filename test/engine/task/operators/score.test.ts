import { expect, test } from "vitest";
import { ModelStore } from "../../../../engine/model/model-store.ts";
import { model, topic } from "../../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { sliceRecords } from "../../../../engine/source/record-batch.ts";
import { Task } from "../../../../engine/task/task.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { writeStump } from "../../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../../fixtures/readings.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

const kernel = await loadKernel();
const wary = pipeline("wary").from(topic("readings"), smallSchema).eventTime("t", { forgetAfter: "1m" }).features(trailing("1m")).score(model("wary")).alert({ above: 0.1, holdOff: "0s" });

const readings = [[0, 1, "gone"], [10, 2, "here"], [50, 9, "here"], [62, 3, "here"], [70, 9, "here"], [125, 1, "gone"]] as const;

/** What stood behind the alerts of all readings, `size` of them a batch. */
async function evidenceOf(size: number) {
  await using folder = await temporaryFolder();
  await writeStump(folder.file("m.json"), wary, "b", 5);
  const models = new ModelStore({ kernel, pipeline: wary, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  using task = new Task({ kernel, pipeline: wary, models, format: { kind: "json" } });
  const records = recordsOf(readings.map(([t, b, sensor]) => JSON.stringify({ t, a: 1, b, sensor_id: sensor })));
  readings.forEach(([t], i) => (records.appendTimesMs[i] = t * 1000));
  return Array.from({ length: readings.length / size }, (_, i) => task.process(sliceRecords(records, i * size, (i + 1) * size)).evidence ?? []).flat();
}

//  s      0     10    50    62    70    125
//         gone  here  here  here  here  gone       `gone` is forgotten at 62, `here` is not
test("what a model read of a reading that people are told of is known however unlikely it found it, and whoever was forgotten behind it in the batch", async () => {
  const alone = await evidenceOf(1);
  expect(alone.map(({ scored }) => scored && [scored.features[1], scored.readings])).toEqual([[1, 1], [2, 1], [9, 2], [3, 3], [9, 3], [1, 1]]);
  expect(await evidenceOf(6)).toEqual(alone);
  expect(await evidenceOf(3)).toEqual(alone);
});
