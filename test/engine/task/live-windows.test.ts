import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { FeatureState } from "../../../engine/features/features.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { LiveWindows } from "../../../engine/task/live-windows.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const source = pipeline("small").from(topic("readings"), smallSchema);
const scored = source.features(trailing("1m")).score(model("small")).to(topic("predictions"));
const unscored = source.to(topic("out"));
const readingsOf = (sensor: string, count: number) => recordsOf(Array.from({ length: count }, (_, i) => `{"t":${i},"a":1,"b":1,"sensor_id":"${sensor}"}`));

test("a sensor's readings are found in whichever task has them, for as long as it lives, and nothing of a sensor that none has", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("m.json"), stumpModel(scored, "b", 5).text);
  const models = new ModelStore({ kernel, pipeline: scored, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  const live = new LiveWindows();
  using features = new FeatureState(kernel, scored);
  const found = () => ["hall", "attic", "cellar"].map((sensor) => live.copyWindow(sensor, features, 0));
  expect([live.isEmpty, found()]).toEqual([true, [0, 0, 0]]);
  using plain = new Task({ kernel, pipeline: unscored, models: null, format: { kind: "json" }, live });
  plain.process(readingsOf("cellar", 4)); // which keeps no readings for a model
  using hall = new Task({ kernel, pipeline: scored, models, format: { kind: "json" }, live });
  hall.process(readingsOf("hall", 2));
  {
    using attic = new Task({ kernel, pipeline: scored, models, format: { kind: "json" }, live });
    attic.process(readingsOf("attic", 3));
    expect([live.isEmpty, found()]).toEqual([false, [2, 3, 0]]);
  }
  expect(found()).toEqual([2, 0, 0]);
});
