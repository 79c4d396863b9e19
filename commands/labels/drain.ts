import { writeLabels } from "../../engine/history/labels.ts";
import { labelsTopic } from "../../engine/labels/label.ts";
import { labelsOfRecords } from "../../engine/labels/topic-labels.ts";
import { kafkaSource } from "../../engine/source/kafka.ts";
import type { Arguments } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { connectKafka, groupOf } from "../source.ts";
import { printable, tell } from "../terminal.ts";

/** Takes what the topic of labels holds beyond what was taken before into the history. A label that is taken twice, after a crash, says the same. Throws `MGV_BROKER`, `MGV_HISTORY`. */
export async function drainLabels(given: Arguments, { config, pipeline }: Pick<Runtime, "config" | "pipeline">, directory: string, signal: AbortSignal): Promise<number> {
  const group = `${groupOf(given, config, pipeline)}-labels`;
  await using broker = await connectKafka(config, group);
  await using source = await kafkaSource({ broker, topic: labelsTopic(pipeline), group, untilEnd: true });
  let taken = 0;
  for await (const { records } of source.read(signal)) {
    const { labels, refused } = labelsOfRecords(pipeline.schema, records);
    for (const sentence of refused) tell(`labels  ${printable(sentence)}`);
    await writeLabels(directory, labels);
    await source.commit(records.partition, records.offsets[records.count - 1]! + 1);
    taken += labels.length;
  }
  return taken;
}
