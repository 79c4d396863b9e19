import type { BrokerOptions } from "../broker.ts";
import type { BareSecurity } from "./bare-security.ts";
import type { BareError } from "./bare-error.ts";

/* What the member's thread and the owner's say to each other. */

export type GroupProtocol = "consumer" | "classic";

/** Why a partition is held no more: the group asked for it, or gave it away unasked. */
export type Why = "revoked" | "lost";

/** As whom a group takes offsets: the epoch of the consumer protocol, or the generation of the classic one. */
export interface Identity {
  readonly memberId: string;
  readonly epoch: number;
}

/** What the thread is given at its start. */
export interface MemberInput {
  readonly broker: Required<Pick<BrokerOptions, "servers" | "clientId">>;
  readonly security: BareSecurity;
  readonly group: string;
  readonly topic: string;
  readonly instanceId: string | null;
  /** Null: what the broker has. */
  readonly protocol: GroupProtocol | null;
  readonly drainBudgetMs: number;
  readonly sessionMs: number;
}

/** The last one is `left` or `failed`. */
export type FromMember =
  | { readonly kind: "joined"; readonly protocol: GroupProtocol }
  /** As the group knows the member from now on. */
  | { readonly kind: "known"; readonly identity: Identity }
  | { readonly kind: "assigned"; readonly partitions: readonly number[] }
  /** `drain` is the number to answer with. */
  | { readonly kind: "revoked"; readonly partitions: readonly number[]; readonly drain: number }
  | { readonly kind: "lost"; readonly partitions: readonly number[] }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly error: BareError };

export type ToMember = { readonly kind: "drained"; readonly drain: number } | { readonly kind: "leave" };
