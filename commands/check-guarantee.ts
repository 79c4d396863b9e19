import type { Config } from "../engine/config.ts";
import { guarantees } from "../engine/runtime/kafka/engine.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments } from "./command.ts";
import { stateDirectoryOf } from "./local-state.ts";
import { kindOf } from "./source.ts";
import { policiesOf, policyFlags } from "./task-policies.ts";

/** Throws `MGV_USAGE` for what is asked of a guarantee, and of the state that it stands on, where there is none. */
export function checkGuarantee(given: Arguments, config: Config): void {
  const guarantee = given.oneOf("guarantee", guarantees);
  policiesOf(given, 0);
  if (kindOf(given, config) === "kafka") {
    if (given.has("state")) throw new MangroveError("MGV_USAGE", "--state is for sources that are not Kafka, which keeps the state itself: leave it out, or choose another --source.");
    return;
  }
  if (stateDirectoryOf(given, config) !== null) {
    if (guarantee === "at-least-once") throw new MangroveError("MGV_USAGE", "With --state an engine is exactly once, and at least once would cost as much: leave --guarantee out.");
    return;
  }
  if (guarantee !== undefined) {
    throw new MangroveError("MGV_USAGE", `--guarantee ${guarantee} needs Kafka or a directory: as it is, what is in hand is gone when the process dies. Add --state DIR for exactly once, or leave --guarantee out.`);
  }
  const flag = policyFlags.find(({ name }) => given.has(name));
  if (flag) throw new MangroveError("MGV_USAGE", `--${flag.name} is for an engine that keeps a state: add --state DIR or --source kafka, or leave it out.`);
}
