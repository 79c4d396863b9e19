import process from "node:process";
import { readConfig } from "../../engine/config.ts";
import { noticeOf, trialAlert } from "../../engine/notify/notice.ts";
import { targetOf } from "../../engine/notify/notifier.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Command } from "../command.ts";
import { printable } from "../terminal.ts";
import { notifyFlag, routesOf } from "./routes.ts";

export const testAlertsCommand: Command = {
  name: "alerts test",
  summary: "sends one notification by each route, once, and prints what came back",
  flags: [notifyFlag],
  examples: ["MANGROVE_ALERT_WEBHOOK=http://127.0.0.1:9000/alerts npm run -s mangrove -- alerts test", "npm run -s mangrove -- alerts test --notify routes.json"],
  async run(given, signal) {
    const routes = await routesOf(given, readConfig(process.env));
    if (routes.length === 0) throw new MangroveError("MGV_USAGE", "Nobody would be told: set MANGROVE_ALERT_WEBHOOK or MANGROVE_ALERT_COMMAND, or name a file of routes with --notify.");
    const alert = trialAlert(Date.now());
    let failed = 0;
    for (const route of routes) {
      const target = targetOf(route, { environment: process.env, now: Date.now });
      const attempt = await target.send(noticeOf(alert, { event: "test", route: route.name, pipeline: "test" }), signal);
      if (attempt.kind !== "delivered") failed++;
      process.stdout.write(`${route.name}  ${printable(target.description)}  ${attempt.kind === "delivered" ? `delivered; ${printable(attempt.answer)}` : `not delivered; ${printable(attempt.reason)}`}\n`);
    }
    return failed === 0 ? 0 : 1;
  },
};
