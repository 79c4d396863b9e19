import type { RecordBatch } from "../../engine/source/source.ts";
import type { JournalEntry } from "../../engine/task/journal.ts";
import { compare, type Finding, type FindingKind } from "./compare.ts";
import { expectedOf, type Item } from "./fold.ts";
import { alertOf, itemOf, type OutputRecord } from "./outputs.ts";

export type Guarantee = "exactly-once" | "at-least-once";

/** All that a run left on the broker, once nothing is in flight. */
export interface Evidence {
  readonly input: readonly RecordBatch[];
  /** In offset order within each partition of each topic. */
  readonly outputs: readonly OutputRecord[];
  /** What a step has given that came to the pipeline later: running sums once more. */
  readonly again: readonly OutputRecord[];
  /** By partition of the input. */
  readonly journals: ReadonlyMap<number, readonly JournalEntry[]>;
}

/** What comes of each record alone, and so is told again, not anew, by an engine that has lost its state. */
const stateless: ReadonlySet<string> = new Set(["predictions", "bounds", "dead"]);

/** What the outputs lack or have too much. At least once: what may not be lost is there, however often. */
export function verify({ input, outputs, again, journals }: Evidence, guarantee: Guarantee): Finding[] {
  const partitions = Map.groupBy(input, ({ partition }) => partition);
  const expected = [...partitions].flatMap(([partition, batches]) => expectedOf(batches, journals.get(partition) ?? []));
  const predictions = outputs.filter(({ kind }) => kind === "predictions");
  const alerts = predictions.map(alertOf).filter((alert) => alert !== null);
  const actual = outputs.map(itemOf);
  if (guarantee === "exactly-once") return [...journalGaps(journals), ...namesWhatItCameOf(predictions, input), ...tellsTheSame(again, outputs), ...compare([...expected, ...alerts], actual)];
  const isStateless = ({ kind }: Item) => stateless.has(kind);
  return compare(expected.filter(isStateless), actual.filter(isStateless)).filter(({ what }) => isLoss(what));
}

/** What at least once forbids too. */
export function isLoss(what: FindingKind): boolean {
  return what === "lost" || what === "changed" || what === "extra";
}

/** Numbers of a task's entries count up by one: none is lost, none is of an owner that was fenced off. */
function journalGaps(journals: Evidence["journals"]): Finding[] {
  return [...journals].flatMap(([partition, entries]) => {
    const place = entries.findIndex(({ number }, i) => number !== i);
    return place === -1 ? [] : [{ what: "order" as const, sentence: `journal of partition ${partition}: entry ${entries[place]!.number} stands where ${place} must` }];
  });
}

/** A step that came later has its state of all readings, and tells those that came after it: of each sensor the last of its running sums, byte by byte. */
function tellsTheSame(again: readonly OutputRecord[], outputs: readonly OutputRecord[]): Finding[] {
  const running = Map.groupBy(outputs.filter(({ kind }) => kind === "running"), ({ key }) => key);
  return [...Map.groupBy(again, ({ key }) => key)].flatMap(([key, told]) => {
    const wanted = running.get(key)?.slice(-told.length) ?? [];
    const place = told.findIndex(({ value }, i) => value !== wanted[i]?.value);
    return place === -1 ? [] : [{ what: "changed" as const, sentence: `again of ${key}: record ${place} of ${told.length} is ${told[place]!.value} and must be ${wanted[place]?.value}` }];
  });
}

/** Every prediction tells its input's topic and the version of its model. Partition and offset are compared with the fold's. */
function namesWhatItCameOf(predictions: readonly OutputRecord[], [first]: readonly RecordBatch[]): Finding[] {
  return predictions.flatMap(({ value }) => {
    const { stream_metadata: from, model_info: model } = JSON.parse(value) as Record<string, any>;
    const isNamed = from.kafka_topic === first?.topic && /^[0-9a-f]{12}$/.test(model.version);
    return isNamed ? [] : [{ what: "changed" as const, sentence: `predictions: ${from.prediction_id} does not name its topic and model: ${value}` }];
  });
}
