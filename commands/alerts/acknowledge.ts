import process from "node:process";
import type { DeskAlert } from "../../engine/notify/alert-desk.ts";
import type { Command } from "../command.ts";
import { printable, tell } from "../terminal.ts";
import { userName } from "../user-name.ts";
import { ask, urlFlag } from "./service.ts";

export const acknowledgeCommand: Command = {
  name: "alerts acknowledge",
  summary: "says that somebody takes care of an alert: people are not reminded of it any more",
  operands: [{ name: "ID", help: "the alert's id, as alerts list tells it" }],
  flags: [{ name: "by", value: "NAME", help: "who (whoever runs the command)" }, { name: "note", value: "TEXT", help: "what it was" }, { name: "json", help: "the alert as a line of JSON on stdout" }, urlFlag],
  examples: ["npm run -s mangrove -- alerts acknowledge 0_1734", 'npm run -s mangrove -- alerts acknowledge 0_1734 --note "Somebody has burnt a toast."'],
  async run(given) {
    const note = given.text("note");
    const path = `/alerts/${encodeURIComponent(given.operand("ID"))}/acknowledge`;
    const alert = (await ask(given, "POST", path, { by: given.text("by") ?? userName(), ...(note !== undefined && { note }) })) as DeskAlert;
    if (given.has("json")) process.stdout.write(`${JSON.stringify(alert)}\n`);
    tell(printable(`Alert ${alert.id} is acknowledged by ${alert.acknowledged?.by}.`));
    return 0;
  },
};
