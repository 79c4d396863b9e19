import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "../engine/broker/wire/cluster.ts";
import { followOutputs } from "../engine/runtime/kafka/follow-outputs.ts";
import { emptySummary } from "../engine/runtime/summary.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { brokerOptions, readsKafka } from "./broker.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { connectKafka, groupOf } from "./source.ts";
import { tell } from "./terminal.ts";

/** Pauses before the broker is asked again. */
const PAUSE_MS = 2000;

/** Tells the feed of what engines elsewhere commit to the pipeline's topics, while somebody listens, until the signal aborts. Does nothing without Kafka, and with the client kafkajs, which has no such reader. Never throws: a broker that is away is asked again. */
export function followTopics(given: Arguments, { config, kernel, pipeline, feed }: Runtime, signal: AbortSignal): void {
  if (!readsKafka(config)) return;
  const clientId = groupOf(given, config, pipeline);
  const summary = emptySummary();
  feed.follow(summary, "topics");

  const follow = async () => {
    let told = "";
    while (!signal.aborted) {
      await feed.until(true, signal);
      if (signal.aborted) return;
      const unheard = new AbortController();
      void feed.until(false, AbortSignal.any([signal, unheard.signal])).then(() => unheard.abort());
      try {
        await using broker = await connectKafka(config, clientId);
        await broker.ensureTopics(pipeline.outputTopics);
        await using cluster = await Cluster.connect({ ...brokerOptions(config), clientId });
        told = "";
        await followOutputs({ cluster, kernel, pipeline, now: Date.now, summary, tell: (seen) => feed.tell(seen) }, AbortSignal.any([signal, unheard.signal]));
      } catch (thrown) {
        if (signal.aborted) return;
        const { code, message } = MangroveError.from(thrown);
        if (message !== told) tell(`api     the topics of ${pipeline.name} cannot be followed (${code}: ${message}); they are tried again`);
        told = message;
        await delay(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
      } finally {
        unheard.abort();
      }
    }
  };
  void follow();
}
