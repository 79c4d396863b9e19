import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { helpText, parseArguments, type Command } from "./command.ts";
import { apiCommand } from "./api.ts";
import { engineCommand } from "./engine.ts";
import { simulateCommand } from "./simulate.ts";
import { abortOnInterrupt, tell } from "./terminal.ts";
import { trainCommand } from "./train.ts";
import { upCommand } from "./up.ts";

const commands: readonly Command[] = [upCommand, engineCommand, apiCommand, trainCommand, simulateCommand];

/** Runs `mangrove <command> [flags]`. Resolves to the exit code: 0 well, 1 failed, 2 wrong use. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  const controller = new AbortController();
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      process.stdout.write(overview());
      return name === undefined ? 2 : 0;
    }
    const command = commands.find((each) => each.name === name);
    if (!command) {
      throw new MangroveError("MGV_USAGE", `There is no command ${name}.${didYouMean(name, commands.map((each) => each.name))} See mangrove --help.`);
    }
    const given = parseArguments(command, rest);
    if (given.has("help")) {
      process.stdout.write(helpText(command));
      return 0;
    }
    abortOnInterrupt(controller);
    return await command.run(given, controller.signal);
  } catch (thrown) {
    if (controller.signal.aborted && thrown === controller.signal.reason) {
      tell("stopped");
      return 0;
    }
    const error = MangroveError.from(thrown);
    tell(`${error.code}: ${error.message}`);
    if (error.code === "MGV_INTERNAL" && error.cause instanceof Error) tell(error.cause.stack ?? "");
    return error.code === "MGV_USAGE" ? 2 : 1;
  } finally {
    controller.abort();
  }
}

function overview(): string {
  const lines = commands.map((command) => `  ${command.name.padEnd(10)}${command.summary}`);
  return ["mangrove: trees that stand in a stream", "", ...lines, "", "mangrove <command> --help tells the flags of each.", ""].join("\n");
}
