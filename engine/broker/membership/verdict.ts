import type { Client } from "../platformatic-connection.ts";

/** What an error of a group means: ask the group again later, join it anew with nothing in hand, or give up. */
export type Verdict = "again" | "expelled" | "refused";

const expelled = ["UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH", "ILLEGAL_GENERATION", "STALE_MEMBER_EPOCH"];
/** Besides those that Kafka itself marks so. */
const passing = ["UNKNOWN_SERVER_ERROR", "REBALANCE_IN_PROGRESS", "UNRELEASED_INSTANCE_ID"];

export function verdict(client: Client, thrown: unknown): Verdict {
  if (expelled.some((code) => isCode(client, thrown, code))) return "expelled";
  const isPassing = passing.some((code) => isCode(client, thrown, code)) || findsAny(client, thrown, "canRetry", true);
  return isPassing || findsAny(client, thrown, "code", "PLT_KFK_NETWORK") ? "again" : "refused";
}

/** Whether a broker answered with this error, by Kafka's name for it. */
export function isCode(client: Client, thrown: unknown, code: string): boolean {
  return findsAny(client, thrown, "apiId", code);
}

function findsAny(client: Client, thrown: unknown, property: string, value: unknown): boolean {
  return thrown instanceof Error && client.findErrorBy(thrown, property, value) !== null;
}
