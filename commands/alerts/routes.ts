import { readFile } from "node:fs/promises";
import process from "node:process";
import type { Config } from "../../engine/config.ts";
import { readRoutes, urlOf, wordsOf, type Route } from "../../engine/notify/route.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Arguments, Flag } from "../command.ts";

export const notifyFlag: Flag = { name: "notify", value: "FILE", help: "whom to tell of alerts: a JSON file of routes, beside MANGROVE_ALERT_WEBHOOK and MANGROVE_ALERT_COMMAND" };

/** The routes of the environment, named `webhook` and `command`, those that remind of what nobody has acknowledged, and those of the file. Throws `MGV_CONFIG`, `MGV_FILE_READ`. */
export async function routesOf(given: Arguments, { alerts }: Config): Promise<Route[]> {
  const { webhook, command, secret, least, escalateMs } = alerts;
  const at = { least, afterMs: 0, holdOffMs: 0 };
  const first: Route[] = [];
  if (webhook !== null) first.push({ ...at, name: "webhook", to: { kind: "webhook", url: urlOf(webhook) ?? wrong("MANGROVE_ALERT_WEBHOOK must be an http or https URL."), secret } });
  if (command !== null) first.push({ ...at, name: "command", to: { kind: "program", words: wordsOf(command) ?? wrong('MANGROVE_ALERT_COMMAND must be a program and its arguments, with blanks between them, or as JSON: ["/usr/local/bin/siren","--loud"].') } });
  const again = escalateMs === null ? [] : first.map((route) => ({ ...route, name: `${route.name}-again`, afterMs: escalateMs }));
  const routes = [...first, ...again, ...(await routesInFile(given))];
  const twice = routes.find(({ name }, i) => routes.findIndex((each) => each.name === name) !== i);
  return twice ? wrong(`The route ${twice.name} is that of the environment already: choose another name for the one in the file.`) : routes;
}

async function routesInFile(given: Arguments): Promise<Route[]> {
  const path = given.text("notify");
  if (path === undefined) return [];
  const text = await readFile(path, "utf8").catch((cause: Error) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${cause.message}`, { cause });
  });
  return readRoutes(text, { path, environment: process.env });
}

function wrong(sentence: string): never {
  throw new MangroveError("MGV_CONFIG", sentence);
}
