import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { askSystem } from "./control.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";

export const stopSystemCommand: Command = {
  name: "system stop",
  summary: "has every process drain and end, the last one first",
  flags: [directoryFlag],
  examples: ["npm run -s mangrove -- system stop"],
  async run(given) {
    const directory = systemDirectoryOf(given);
    if (!(await askSystem(directory, "stop", "POST"))) {
      tell(`system  none runs with ${directory}`);
      return 0;
    }
    while (await askSystem(directory, "status")) await delay(100);
    tell("system  stopped");
    return 0;
  },
};
