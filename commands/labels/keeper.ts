import { writeLabels } from "../../engine/history/labels.ts";
import { labelsTopic, type GivenLabel } from "../../engine/labels/label.ts";
import { labelMessage } from "../../engine/labels/read-label.ts";
import type { Arguments } from "../command.ts";
import { historyDirectoryOf } from "../history-store.ts";
import type { Runtime } from "../runtime.ts";
import { TopicInput } from "../topic-input.ts";

/** Where labels go. */
export interface LabelKeeper extends AsyncDisposable {
  /** For people. */
  readonly where: string;
  /** Resolves once they are on disk, or every in-sync replica has them. Throws `MGV_HISTORY`, `MGV_BROKER`, `MGV_BROKER_TOPIC`. */
  keep(labels: readonly GivenLabel[]): Promise<void>;
}

/** The topic of labels where there is Kafka, the history else. */
export function openLabelKeeper(given: Arguments, runtime: Pick<Runtime, "config" | "pipeline">, { isKafka, now }: { isKafka: boolean; now: () => number }): LabelKeeper {
  if (!isKafka) return historyKeeper(historyDirectoryOf(given, runtime), now);
  const topic = labelsTopic(runtime.pipeline);
  const input = new TopicInput(given, runtime, topic);
  return {
    where: `the topic ${topic}`,
    keep: (labels) => input.append(labels.map((label) => ({ topic, ...labelMessage(label) }))),
    [Symbol.asyncDispose]: () => input[Symbol.asyncDispose](),
  };
}

function historyKeeper(directory: string, now: () => number): LabelKeeper {
  let number = 0;
  return {
    where: `the history in ${directory}`,
    keep: (labels) => {
      const givenMs = Math.floor(now());
      return writeLabels(directory, labels.map((label) => ({ ...label, givenMs, number: ++number })));
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
