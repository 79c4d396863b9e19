import { Worker } from "node:worker_threads";
import type { BrokerOptions } from "../broker.ts";
import { sessionMs } from "../patience.ts";
import { loadClient } from "../platformatic-connection.ts";
import { bareSecurity } from "./bare-security.ts";
import type { GroupProtocol, Identity, MemberInput, Why } from "./messages.ts";
import { ThreadMembership } from "./thread-membership.ts";

/** A place in a consumer group, which hands out the partitions of one topic. */
export interface Membership extends AsyncDisposable {
  /** Kafka's consumer protocol (KIP-848), or the one before it. */
  readonly protocol: GroupProtocol;
  /** As whom the group takes offsets at present. */
  readonly identity: Identity;
  /** In ascending order. A partition is held until its owner has drained it, unless it is lost. */
  readonly held: readonly number[];
  /**
   * Never resolves. Rejects with `MGV_BROKER` where the group could not be reached for 30 s or does not take the member any more, and then all that is
   * held is lost; with what `onAssigned` or `onRevoked` threw, and then the member leaves.
   */
  readonly failed: Promise<never>;
}

/** Calls do not overlap: one waits until what the one before returned has settled. */
export interface Owner {
  /** Called with partitions that are not held. It may come before {@link joinGroup} resolves. */
  onAssigned(partitions: readonly number[]): void;
  /**
   * `revoked`: the group waits until this resolves, at most `drainBudgetMs`, and then gives the partitions away.
   * `lost`: others may have them already, and nobody waits.
   */
  onRevoked(partitions: readonly number[], why: Why): Promise<void>;
}

interface GroupOptions {
  readonly broker: BrokerOptions;
  readonly group: string;
  readonly topic: string;
  /** Makes the membership a static one: who comes back under this name before its session is over finds its partitions, and nobody else notices. */
  readonly instanceId?: string;
  /** By default `consumer` where the broker has it (Kafka 4), else `classic`. */
  readonly protocol?: GroupProtocol;
  /** How long a revocation waits for `onRevoked`, ms, 1 or more; 20,000 by default. The group waits 10 s longer before it gives up on the member. */
  readonly drainBudgetMs?: number;
  /** After what silence the partitions go to others, ms; 15,000 by default. Counts with `classic` alone: with `consumer` the broker decides. */
  readonly sessionMs?: number;
}

/**
 * Joins a group by a thread of its own, so that heartbeats go on while this one is busy. Resolves once the group has taken the member, which with
 * `classic` may be after others have drained. Disposing revokes all that is held, and then leaves. Throws `MGV_BROKER` and `MGV_BROKER_TOPIC`.
 */
export async function joinGroup(options: GroupOptions & Owner): Promise<Membership> {
  await loadClient(); // throws where the runtime is too old
  const membership = new ThreadMembership(options.group, options, threadFor(options));
  await membership.joined;
  return membership;
}

function threadFor({ broker, group, topic, instanceId, protocol, drainBudgetMs = 20_000, ...options }: GroupOptions): Worker {
  const workerData: MemberInput = {
    broker: { servers: broker.servers, clientId: broker.clientId ?? "mangrove" },
    security: bareSecurity(broker.security ?? null),
    group,
    topic,
    instanceId: instanceId ?? null,
    protocol: protocol ?? null,
    drainBudgetMs,
    sessionMs: options.sessionMs ?? sessionMs,
  };
  return new Worker(new URL("./thread.ts", import.meta.url), { workerData });
}
