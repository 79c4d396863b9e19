import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { writeTrialFile } from "../../../engine/model/trial.ts";
import { mean } from "../../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { sliding, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const everything = pipeline("everything")
  .from(topic("readings"), smallSchema)
  .branch((rows) => rows.window(tumbling("1m")).aggregate({ mean_b: mean("b") }).to(topic("minutes")))
  .branch((rows) => rows.window(sliding("1m")).aggregate({ mean_b: mean("b") }).to(topic("slides")))
  .score(model("everything"))
  .to(topic("predictions"));

test("tasks that have ended leave nothing in the kernel's memory, however many there were", async () => {
  const kernel = await loadKernel();
  await using folder = await temporaryFolder();
  const [champion, challenger] = [3, 7].map((split) => new TextEncoder().encode(stumpModel(everything, "b", split).text)) as [Uint8Array, Uint8Array];
  await writeFile(folder.file("m.json"), writeTrialFile({ mode: "split", share: 0.5, champion, challenger }));
  const models = new ModelStore({ kernel, pipeline: everything, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  const records = recordsOf(Array.from({ length: 2000 }, (_, i) => `{"t":${i},"a":1,"b":${i % 10},"sensor_id":"s${i % 7}"}`));
  const run = (tasks: number) => {
    for (let i = 0; i < tasks; i++) {
      using task = new Task({ kernel, pipeline: everything, models, format: { kind: "json" } });
      task.process(records).encodePredictions!();
    }
    return kernel.calls.memory.buffer.byteLength;
  };
  const after = run(3);
  expect(run(100)).toBe(after);
});
