import type { AppOptions } from "../api/options.ts";
import { fieldsSeen } from "../engine/history/fields-seen.ts";
import { HistoryReader } from "../engine/history/reader.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments } from "./command.ts";
import { historyDirectoryOf } from "./history-store.ts";
import type { Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

const TIMEOUT_S = 30;
const MEMORY_MIB = 512;

/** Looks at the history that the arguments or the environment name, for who asks about drift; nothing where the pipeline keeps none. */
export function fieldsSeenIn(given: Arguments, runtime: Pick<Runtime, "config" | "pipeline">): Pick<AppOptions, "fieldsSeen"> {
  const { pipeline } = runtime;
  if (!pipeline.keepsHistory) return {};
  return {
    async fieldsSeen(references, hours) {
      await using history = await HistoryReader.open({ directory: historyDirectoryOf(given, runtime), threads: 1, memoryMiB: MEMORY_MIB, isLocked: true, tell: (sentence) => tell(`history ${sentence}`) });
      const signal = AbortSignal.timeout(TIMEOUT_S * 1000);
      return await fieldsSeen(history, references, { topic: pipeline.readings, hours, signal }).catch((thrown: unknown) => {
        if (!signal.aborted) throw thrown;
        throw new MangroveError("MGV_HISTORY", `The readings of ${hours} hours were not looked through in ${TIMEOUT_S} s: ask for fewer hours.`, { cause: thrown });
      });
    },
  };
}
