import type { OwnBroker } from "../broker/start.ts";
import { startSecureBroker, user } from "../broker/secure.ts";
import { startBroker } from "../broker/start.ts";
import { changeDeck, lengthOf, longDeck, planned, secureDeck, supervised, workersDeck, type Step, type StepKind } from "./plan.ts";

/**
 * What a group is like: `members` come and go one by one; `workers` are started by one supervisor; of `change` the pipeline becomes another; `secure` is a group of members over TLS, by password.
 */
export const groupNames = ["members", "workers", "change", "secure"] as const;

export type GroupName = (typeof groupNames)[number];

const decks = { members: longDeck, workers: workersDeck, change: changeDeck, secure: secureDeck } as const;

export interface GroupPlan {
  /** Without end. */
  readonly steps: Generator<Step, never>;
  /** Steps that lead through all of it once. */
  readonly length: number;
  readonly workers?: readonly number[];
}

/** `deck`: instead of the group's own. */
export function planOf(name: GroupName, { seed, deck = decks[name], spared }: { seed: number; deck?: readonly StepKind[]; spared?: string }): GroupPlan {
  if (name === "workers") return { steps: supervised(deck), length: deck.length, workers: [2, 3, 1] };
  return { steps: planned({ seed, deck, isCrash: true, ...(spared !== undefined && { spared }) }), length: lengthOf(deck) };
}

export interface GroupBroker extends AsyncDisposable {
  readonly broker: OwnBroker;
  /** How engines reach it, in the words of the environment. */
  readonly access: Readonly<Record<string, string>>;
}

/** A broker of its own for a group, which may be stopped and killed. */
export async function brokerOf(name: GroupName): Promise<GroupBroker> {
  if (name !== "secure") {
    const broker = await startBroker();
    return { broker, access: { KAFKA_BOOTSTRAP_SERVERS: broker.servers }, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
  }
  const secure = await startSecureBroker();
  const access = {
    KAFKA_BOOTSTRAP_SERVERS: secure.saslSsl,
    KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
    KAFKA_SSL_CA: secure.ca,
    KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD: user.password,
  };
  return { broker: secure.own, access, [Symbol.asyncDispose]: () => secure[Symbol.asyncDispose]() };
}
