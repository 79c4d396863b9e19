import process from "node:process";
import { helpText, parseArguments } from "../../commands/command.ts";
import { abortOnInterrupt, tellFailure } from "../../commands/terminal.ts";
import { chaptersCommand } from "./chapters.ts";
import { steadyCommand } from "./steady/command.ts";

/* `npm run soak`: under a steady load; `npm run soak -- faults`: one group after the other, through every kind of fault. */

const [first, ...others] = process.argv.slice(2);
const [command, words] = first === "faults" ? [chaptersCommand, others] : [steadyCommand, process.argv.slice(2)];
try {
  const given = parseArguments(command, words);
  if (given.has("help")) process.stdout.write(helpText(command).replace("mangrove soak", "npm run soak --"));
  else {
    const controller = new AbortController();
    abortOnInterrupt(controller);
    process.exitCode = await command.run(given, controller.signal);
  }
} catch (thrown) {
  process.exitCode = tellFailure(thrown);
}
