import process from "node:process";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { openKeys } from "./keys-file.ts";

export const listKeysCommand: Command = {
  name: "keys list",
  summary: "whose API keys there are, with which roles",
  flags: [{ name: "json", help: "a line of JSON for each on stdout" }],
  examples: ["npm run -s mangrove -- keys list"],
  async run(given) {
    const { path, keys } = await openKeys();
    const shown = keys.map(({ name, role, created }) => ({ name, role, created }));
    if (given.has("json")) for (const each of shown) process.stdout.write(`${JSON.stringify(each)}\n`);
    else if (shown.length > 0) process.stdout.write(`${textTable(["name", "role", "created"], shown.map(({ name, role, created }) => [name, role, created])).join("\n")}\n`);
    if (shown.length === 0) tell(`keys    there are none in ${path}: the API asks for none, and is this machine's alone`);
    return 0;
  },
};
