import { announceChampion } from "../engine/runtime/kafka/control.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { LogEntry } from "../trainer/registry/entry.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { connectKafka, groupOf } from "./source.ts";
import { tell } from "./terminal.ts";

/** Tells all processes of the application, through Kafka, that another model is the champion; undefined without Kafka. One that cannot be told finds out by the file. */
export function announcer(given: Arguments, { config, pipeline }: Pick<Runtime, "config" | "pipeline">): ((done: LogEntry) => Promise<void>) | undefined {
  if (config.kafkaServers.length === 0) return undefined;
  const appId = groupOf(given, config, pipeline);
  return async ({ version, time, by }) => {
    try {
      await using broker = await connectKafka(config, appId);
      await announceChampion(broker, appId, { version, time, by });
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown);
      tell(`model   version ${version} is the champion, but Kafka could not be told (${code}: ${message}); processes that see the file change follow it all the same`);
    }
  };
}
