import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Command } from "../command.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";
import { lastLines, linesFrom } from "./log-file.ts";
import { logOf } from "./supervisor.ts";

export const systemLogsCommand: Command = {
  name: "system logs",
  summary: "the last lines of the logs of all processes, or of one",
  operands: [{ name: "NAME", help: "the process, as system status names it", optional: true }],
  flags: [{ name: "lines", value: "N", help: "of each (20)" }, { name: "follow", help: "goes on with what comes, until Ctrl-C" }, directoryFlag],
  examples: ["npm run -s mangrove -- system logs", "npm run -s mangrove -- system logs engine --follow"],
  async run(given, signal) {
    const directory = systemDirectoryOf(given);
    const count = given.number("lines", { min: 0, max: 1e6, whole: true }) ?? 20;
    const found = (await readdir(join(directory, "logs")).catch(() => [])).filter((file) => file.endsWith(".log")).map((file) => file.slice(0, -".log".length));
    const wanted = given.optionalOperand("NAME");
    const names = found.filter((name) => wanted === undefined || name === wanted);
    if (names.length === 0) throw new MangroveError("MGV_USAGE", `There is no log${wanted === undefined ? "" : ` of ${wanted}`} in ${directory}/logs.${wanted === undefined ? "" : didYouMean(wanted, found)}`);
    const print = (name: string, lines: readonly string[]) => {
      for (const line of lines) process.stdout.write(wanted === undefined ? `${name.padEnd(8)} | ${line}\n` : `${line}\n`);
    };
    const places = new Map<string, number>();
    for (const name of names) {
      places.set(name, (await stat(logOf(directory, name))).size);
      print(name, await lastLines(logOf(directory, name), count));
    }
    while (given.has("follow") && !signal.aborted) {
      await delay(200, undefined, { signal }).catch(() => {});
      for (const name of names) {
        const { lines, next } = await linesFrom(logOf(directory, name), places.get(name)!);
        places.set(name, next);
        print(name, lines);
      }
    }
    return 0;
  },
};
