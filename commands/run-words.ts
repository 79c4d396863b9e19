import process from "node:process";
import { helpText, parseArguments, type Command } from "./command.ts";
import { abortOnInterrupt } from "./terminal.ts";

/** Runs a command with the words behind its name, or prints its help; Ctrl-C aborts the controller. Resolves to the exit code. Throws `MGV_USAGE`, and what the command throws. */
export async function runWords(command: Command, words: readonly string[], controller: AbortController): Promise<number> {
  const given = parseArguments(command, words);
  if (given.has("help")) {
    process.stdout.write(helpText(command));
    return 0;
  }
  abortOnInterrupt(controller);
  return await command.run(given, controller.signal);
}
