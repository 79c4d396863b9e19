import process from "node:process";
import { LetterReplay } from "../../engine/dead-letters/replay-letters.ts";
import type { Command } from "../command.ts";
import { confirm, requireSomebody } from "../confirm.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { counted, tell } from "../terminal.ts";
import { CLIENT_ID, filterFlags, filterOf, withLetters } from "./opened.ts";

export const replayLettersCommand: Command = {
  name: "dead-letters replay",
  summary: "appends messages of dead letters again to the partitions that they came by, each once",
  operands: [PIPELINE],
  flags: [...filterFlags, { name: "yes", help: "without a question, as it must be where there is no terminal" }, CLIENT_ID],
  examples: ["npm run -s mangrove -- dead-letters replay --code MGV_FIELD_RANGE", "npm run -s mangrove -- dead-letters replay pipelines/machine.ts --since 2026-02-28T06:30:00Z --yes"],
  run(given, signal) {
    requireSomebody(given, "mangrove dead-letters replay");
    const filter = filterOf(given);
    return withLetters(given, async ({ runtime, cluster, letters }) => {
      const replay = new LetterReplay(cluster, runtime.kernel, letters);
      const plan = await replay.plan(filter);
      if (plan.cut > 0) tell(`replay  ${counted(plan.cut, "dead letter")} left out: too long to hold all of the message`);
      if (plan.done > 0) tell(`replay  ${counted(plan.done, "message")} left out: appended again before`);
      if (plan.places.size === 0) {
        tell(`replay  ${letters.name} holds nothing ${plan.cut + plan.done > 0 ? "else " : ""}to append again`);
        return 0;
      }
      for (const [topic, count] of plan.topics) tell(`replay  ${counted(count, "message")} to topic ${topic}`);
      if (!given.has("yes") && !(await confirm("Append them again?", { input: process.stdin, signal }))) {
        tell("replay  nothing was appended");
        return 1;
      }
      const count = await replay.run(plan, { compression: runtime.config.kafkaCompression, nowMs: Date.now, signal });
      tell(`replay  ${counted(count, "message")} appended${signal.aborted ? ", then broken off" : ""}`);
      return 0;
    });
  },
};
