import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { ModelStore, type Model } from "../../engine/model/model-store.ts";
import { outputRecords } from "../../engine/sink/records.ts";
import { sliceRecords } from "../../engine/source/record-batch.ts";
import type { RecordBatch } from "../../engine/source/source.ts";
import type { JournalEntry } from "../../engine/task/journal.ts";
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

/** Folds the input again, in one go, with the journal that the run left. */
export async function undisturbed({ input, journals }: Pick<Evidence, "input" | "journals">, { kernel, run, models: paths }: UndisturbedOptions): Promise<OutputRecord[]> {
  const pipeline = faultsPipeline(run);
  const kinds = new Map(topicKinds.map((kind) => [topicOf(run, kind), kind]));
  const models = new EveryModel();
  for (const path of paths) await models.add(new ModelStore({ kernel, pipeline, path, now: () => 0 }));
  const outputs: OutputRecord[] = [];
  for (const [partition, batches] of Map.groupBy(input, (records) => records.partition)) {
    using task = new Task({ kernel, pipeline, models, format: { kind: "json" }, partition });
    const journal = journals.get(partition) ?? [];
    for (const records of [...batches.flatMap((batch) => cutAt(batch, journal)), null]) {
      for (const output of task.replay(records, journal)) {
        outputs.push(...outputRecords(pipeline, output).map(({ topic, key, value }) => ({ kind: kinds.get(topic)!, key, value })));
      }
    }
  }
  return outputs;
}

/** In pieces, before each of which the journal may say something: a task's output is good only until it takes in more. */
function cutAt(records: RecordBatch, journal: readonly JournalEntry[]): RecordBatch[] {
  const cuts = new Set(journal.map(({ offset }) => records.offsets.findIndex((each) => each >= offset)).filter((place) => place > 0));
  const places = [0, ...[...cuts].sort((a, b) => a - b), records.count];
  return places.slice(1).map((to, i) => sliceRecords(records, places[i]!, to));
}

/** Where the bytes of two runs differ, for each topic and key in their order. */
export function compareBytes(expected: readonly OutputRecord[], actual: readonly OutputRecord[]): Finding[] {
  return compare(expected.map(bytesOf), actual.map(bytesOf));
}

function bytesOf({ kind, key, value }: OutputRecord): Item {
  // those of one key may come from several partitions of the input, and then have no order
  const of = kind === "dead" ? `partition-${(JSON.parse(value) as { partition: number }).partition}` : `${key}`;
  return { kind, of, id: "", text: value };
}

class EveryModel implements Models {
  readonly #models = new Map<string, Model>();

  async add(store: ModelStore): Promise<void> {
    await store.refresh();
    this.#models.set(store.require().version, store.require());
  }

  require(): Model {
    return [...this.#models.values()][0]!;
  }

  find(version: string): Model | null {
    return this.#models.get(version) ?? null;
  }
}

