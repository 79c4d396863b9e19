import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { severities, type Severity } from "../rules/profile.ts";

/** A way to tell people, as it is configured. */
export interface Route {
  /** Small letters, digits and dashes: it names files and consumer groups. */
  readonly name: string;
  readonly to: { readonly kind: "webhook"; readonly url: URL; readonly secret: string | null } | { readonly kind: "program"; readonly words: readonly [string, ...string[]] };
  /** What is less grave is not told. */
  readonly least: Severity;
  /** Tells only of what nobody has acknowledged for so long; 0: of everything, at once. */
  readonly afterMs: number;
  /** An alert of the same sensor and cause is not told again within so much event time unless it is graver, beside what the pipeline itself holds off; 0: every alert is told. */
  readonly holdOffMs: number;
}

const NAMES = ["name", "webhook", "secret_env", "command", "least", "after_minutes", "hold_off_minutes"];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a file of routes, `{"routes": [{"name": "on-call", "webhook": "https://…", "least": "HIGH"}]}`. Throws `MGV_CONFIG`. */
export function readRoutes(text: string, { path, environment }: { readonly path: string; readonly environment: Environment }): Route[] {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new MangroveError("MGV_CONFIG", `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  const list = (given as { routes?: unknown } | null)?.routes;
  if (!Array.isArray(list) || list.length === 0) throw new MangroveError("MGV_CONFIG", `${path} has no routes. It must be {"routes": [{"name": "on-call", "webhook": "https://…"}]}.`);
  const routes = list.map((each: unknown, i) => readRoute(each, `Route ${i + 1} of ${path}`, environment));
  const twice = routes.find(({ name }, i) => routes.findIndex((each) => each.name === name) !== i);
  if (twice) throw new MangroveError("MGV_CONFIG", `${path} has two routes of the name ${twice.name}: choose another for one.`);
  return routes;
}

function readRoute(given: unknown, what: string, environment: Environment): Route {
  const fail = (wrong: string): never => {
    throw new MangroveError("MGV_CONFIG", `${what}: ${wrong}.`);
  };
  if (given === null || typeof given !== "object" || Array.isArray(given)) return fail("it must be an object");
  const route = given as Record<string, unknown>;
  const unknown = Object.keys(route).find((each) => !NAMES.includes(each));
  if (unknown !== undefined) fail(`there is no ${unknown}.${didYouMean(unknown, NAMES)} Known are ${NAMES.join(", ")}`);
  const { name, webhook, command, secret_env: secretName, least = "MEDIUM" } = route;
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return fail("it needs a name of small letters, digits and dashes, at most 40");
  if ((webhook === undefined) === (command === undefined)) return fail("it needs a webhook or a command, one of them");
  const secret = typeof secretName === "string" ? environment[secretName] : undefined;
  if (secretName !== undefined && (secret === undefined || secret === "")) return fail(`the variable ${JSON.stringify(secretName)} of secret_env is not set`);
  const minutes = (key: string) => {
    const value = route[key] ?? 0;
    return typeof value === "number" && value >= 0 && value <= 10_080 ? value * 60_000 : fail(`${key} must be a number from 0 to 10080`);
  };
  const words: unknown[] | null = Array.isArray(command) ? command : null;
  return {
    name,
    to: webhook === undefined ? { kind: "program", words: wordsOf(words) ?? fail("its command must be an array of texts: a program and its arguments") } : { kind: "webhook", url: urlOf(webhook) ?? fail("its webhook must be an http or https URL"), secret: secret ?? null },
    least: severities.find((each) => each === least) ?? fail(`least must be ${severities.join(", ")}`),
    afterMs: minutes("after_minutes"),
    holdOffMs: minutes("hold_off_minutes"),
  };
}

/** Null for what is no URL of a webhook. */
export function urlOf(given: unknown): URL | null {
  if (typeof given !== "string" || !URL.canParse(given)) return null;
  const url = new URL(given);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** A program and its arguments: an array, or its text as JSON, or words with blanks between them. Null where there is none. */
export function wordsOf(given: unknown): [string, ...string[]] | null {
  if (typeof given !== "string") return Array.isArray(given) && given.length > 0 && given.every((each) => typeof each === "string") && given[0] !== "" ? (given as [string, ...string[]]) : null;
  if (!given.trimStart().startsWith("[")) return wordsOf(given.split(/\s+/).filter(Boolean));
  try {
    const parsed: unknown = JSON.parse(given);
    return Array.isArray(parsed) ? wordsOf(parsed) : null;
  } catch {
    return null;
  }
}
