import type { RecordBatch } from "../../engine/source/source.ts";
import type { JournalEntry } from "../../engine/task/journal.ts";
import type { Cluster } from "./cluster.ts";
import { outputsOf } from "./outputs.ts";
import { topicKinds, topicOf } from "./pipeline.ts";
import { readCommitted } from "./committed-reader.ts";
import type { Evidence } from "./verify.ts";

/** Reads all that a run has left in its topics. Its journal is absent where the engine keeps none. */
export async function collect(cluster: Cluster, servers: string, run: string): Promise<Evidence> {
  const journal = `${run}-journal`;
  const names = [...(["readings", "again", ...topicKinds] as const).map((kind) => topicOf(run, kind)), ...((await cluster.topics()).includes(journal) ? [journal] : [])];
  const ends = await cluster.ends(names, "committed");
  const read = async (topic: string) => (ends.has(topic) ? readCommitted(servers, topic, ends.get(topic)!) : []);
  const outputs = [];
  for (const kind of topicKinds) outputs.push(outputsOf(kind, await read(topicOf(run, kind))));
  const journals = new Map<number, JournalEntry[]>();
  for (const records of await read(journal)) journals.set(records.partition, [...(journals.get(records.partition) ?? []), ...journalEntriesOf(records)]);
  return { input: await read(topicOf(run, "readings")), outputs: outputs.flat(), again: outputsOf("running", await read(topicOf(run, "again"))), journals };
}

const text = new TextDecoder();

/** What records of the journal's topic say. */
export function journalEntriesOf({ count, values, bounds }: RecordBatch): JournalEntry[] {
  return Array.from({ length: count }, (_, i) => JSON.parse(text.decode(values.subarray(bounds[i], bounds[i + 1]))) as JournalEntry);
}
