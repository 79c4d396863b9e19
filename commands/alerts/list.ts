import process from "node:process";
import type { DeskAlert } from "../../engine/notify/alert-desk.ts";
import type { Command } from "../command.ts";
import { printable, tell } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { ask, urlFlag } from "./service.ts";

const LIMIT = 20;

export const listAlertsCommand: Command = {
  name: "alerts list",
  summary: "the newest alerts of a running service, and whether somebody takes care of them",
  flags: [{ name: "limit", value: "N", help: `so many of them (${LIMIT})` }, { name: "json", help: "a line of JSON for each on stdout" }, urlFlag],
  examples: ["npm run -s mangrove -- alerts list", "npm run -s mangrove -- alerts list --limit 1000 --json"],
  async run(given) {
    const limit = given.number("limit", { min: 1, max: 1000, whole: true }) ?? LIMIT;
    const { alerts } = (await ask(given, "GET", `/alerts?limit=${limit}`)) as { alerts: DeskAlert[] };
    if (given.has("json")) process.stdout.write(alerts.map((each) => `${JSON.stringify(each)}\n`).join(""));
    else if (alerts.length > 0) process.stdout.write(`${table(alerts).join("\n")}\n`);
    else tell("There are no alerts.");
    return 0;
  },
};

function table(alerts: readonly DeskAlert[]): string[] {
  const rows = alerts.map(({ id, timestamp, severity, sensor_id: sensor, kind, cause, acknowledged, notifications: { delivered, failed } }) => [
    id,
    timestamp ?? "",
    severity,
    sensor,
    cause === null ? kind : `${kind} ${cause}`,
    acknowledged ? `by ${acknowledged.by}` : "open",
    failed > 0 ? `${delivered}, ${failed} failed` : String(delivered),
  ]);
  return textTable(["id", "event time", "severity", "sensor", "kind", "acknowledged", "told"], rows).map(printable);
}
