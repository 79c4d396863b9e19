import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { ModelStore } from "../../engine/model/model-store.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { outputRecords } from "../../engine/sink/records.ts";
import type { TaskOutput } from "../../engine/task/output.ts";
import { Task, type Models } from "../../engine/task/task.ts";
import { compare, type Finding } from "./compare.ts";
import type { Item } from "./fold.ts";
import type { OutputRecord } from "./outputs.ts";
import { faultsPipeline, topicKinds, topicOf } from "./pipeline.ts";
import type { Evidence } from "./verify.ts";

export interface UndisturbedOptions {
  readonly kernel: Kernel;
  readonly run: string;
  /** Files of all the models that scored. */
  readonly models: readonly string[];
}

/** The models of files, for a fold that is told by its journal which of them scored. */
export async function modelsAt(paths: readonly string[], { kernel, pipeline }: { readonly kernel: Kernel; readonly pipeline: Pipeline }): Promise<Models> {
  const stores = paths.map((path) => new ModelStore({ kernel, pipeline, path, now: () => 0 }));
  for (const store of stores) await store.refresh();
  return { require: () => stores[0]!.require(), find: (version) => stores.map((store) => store.find(version)).find((model) => model !== null) ?? null };
}

/** Folds the input again, in one go, with the journal that the run left. */
export async function undisturbed({ input, journals }: Pick<Evidence, "input" | "journals">, { kernel, run, models: paths }: UndisturbedOptions): Promise<OutputRecord[]> {
  const pipeline = faultsPipeline(run);
  const kinds = new Map(topicKinds.map((kind) => [topicOf(run, kind), kind]));
  const models = await modelsAt(paths, { kernel, pipeline });
  const outputs: OutputRecord[] = [];
  const give = (output: TaskOutput) => outputs.push(...outputRecords(pipeline, output).map(({ topic, key, value }) => ({ kind: kinds.get(topic)!, key, value })));
  for (const [partition, batches] of Map.groupBy(input, (records) => records.partition)) {
    using task = new Task({ kernel, pipeline, models, format: { kind: "json" }, partition });
    for (const records of [...batches, null]) task.replay(records, journals.get(partition) ?? [], give);
  }
  return outputs;
}

/** Where the bytes of two runs differ, for each topic and key in their order. */
export function compareBytes(expected: readonly OutputRecord[], actual: readonly OutputRecord[]): Finding[] {
  return compare(expected.map(bytesOf), actual.map(bytesOf));
}

function bytesOf({ kind, key, value }: OutputRecord): Item {
  return { kind, of: `${key}`, id: "", text: value };
}
