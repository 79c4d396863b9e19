import { setTimeout as delay } from "node:timers/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { askSystem } from "./control.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";

export const restartProcessCommand: Command = {
  name: "system restart",
  summary: "has one process drain and begin again, and waits until it is ready",
  operands: [{ name: "NAME", help: "the process, as system status names it" }],
  flags: [directoryFlag],
  examples: ["npm run -s mangrove -- system restart engine"],
  async run(given) {
    const directory = systemDirectoryOf(given);
    const name = given.operand("NAME");
    const find = async (method: "GET" | "POST", path: string) => {
      const status = await askSystem(directory, path, method);
      if (!status) throw new MangroveError("MGV_NOT_READY", `No system runs with ${directory}: ./start_system.sh starts one.`);
      return status.processes.find((each) => each.name === name)!;
    };
    const before = await find("POST", `restart/${name}`);
    for (;;) {
      const now = await find("GET", "status");
      if (now.state === "given up") throw new MangroveError("MGV_NOT_READY", `${name} does not start: mangrove system logs ${name} shows why.`);
      if (now.state === "ready" && now.pid !== before.pid) break;
      await delay(100);
    }
    tell(`system  ${name} has begun again`);
    return 0;
  },
};
