import type { DeadLetter } from "../engine/batch.ts";
import { DEAD_LETTER_LIMIT } from "../engine/config.ts";
import { DeadLetterWatch } from "../engine/monitoring/dead-letter-watch.ts";
import type { Arguments, Flag } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { printable, tell } from "./terminal.ts";

export const deadLetterFlag: Flag = {
  name: "dead-letter-limit",
  value: "N",
  help: `an ALERT, and /health degraded, when more dead letters than this come in a minute; 0: never (MANGROVE_DEAD_LETTER_LIMIT, else ${DEAD_LETTER_LIMIT})`,
};

/** Tells people, and Prometheus, of too many dead letters. */
export interface DeadLetterAlarm {
  take(letters: readonly DeadLetter[]): void;
  /** A sentence while there are too many, else null. */
  readonly concern: string | null;
}

/** Throws `MGV_USAGE`. */
export function deadLetterAlarm(given: Arguments, { config, metrics, pipeline }: Runtime): DeadLetterAlarm {
  const limit = given.number("dead-letter-limit", { min: 0, whole: true }) ?? config.deadLetterLimit;
  const watch = new DeadLetterWatch({ limit, now: () => performance.now() });
  return {
    take(letters) {
      if (!watch.add(letters.length)) return;
      metrics.deadLetterAlert();
      const { code, reason } = letters.at(-1)!;
      tell(`ALERT   more than ${limit} dead letters in a minute, on ${pipeline.deadLetters}; the last one: ${code}: ${printable(reason)}`, { event: "dead_letters", fields: { limit, code } });
    },
    get concern() {
      return watch.isOver ? `${watch.recent} dead letters in the last minute, more than ${limit}` : null;
    },
  };
}
