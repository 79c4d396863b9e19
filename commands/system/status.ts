import process from "node:process";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { askSystem, type SystemStatus } from "./control.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";

export const systemStatusCommand: Command = {
  name: "system status",
  summary: "the processes of the system that runs: state, restarts, how the last one ended",
  flags: [{ name: "json", help: "the same as JSON on stdout" }, directoryFlag],
  examples: ["npm run -s mangrove -- system status", "npm run -s mangrove -- system status --json"],
  async run(given) {
    const directory = systemDirectoryOf(given);
    const status = await askSystem(directory, "status");
    if (given.has("json")) process.stdout.write(`${JSON.stringify(status)}\n`);
    else if (status) process.stdout.write(`${statusLines(status).join("\n")}\n`);
    else tell(`system  none runs with ${directory}`);
    return status?.state === "ready" && status.processes.every(({ state }) => state === "ready") ? 0 : 1;
  },
};

export function statusLines({ state, pid, api, processes }: SystemStatus): string[] {
  const rows = processes.map((each) => [each.name, each.state, each.pid, each.url, each.ready_seconds, each.up_seconds, each.restarts, each.last_end]);
  return [`system ${state}, process ${pid}: ${api}`, ...textTable(["name", "state", "process", "at", "ready after s", "up s", "restarts", "ended last by"], rows)];
}
