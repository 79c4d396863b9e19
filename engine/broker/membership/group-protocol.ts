import type { Client } from "../platformatic-connection.ts";
import type { Coordinator } from "./coordinator.ts";
import type { Holding } from "./holding.ts";
import type { Identity, MemberInput } from "./messages.ts";

/** What a protocol works with. */
export interface Member {
  readonly client: Client;
  readonly coordinator: Coordinator;
  readonly holding: Holding;
  readonly input: MemberInput;
  /** How long the group waits for a member that is asked to give partitions up or to join again, ms. */
  readonly rebalanceMs: number;
  /** Ends the pause before the next beat. */
  readonly hurry: () => void;
}

/** How a member talks to its group. */
export interface Talk {
  readonly identity: Identity;
  /** One exchange with the coordinator: joins where the member is outside, says that it lives where it is inside. */
  beat(): Promise<void>;
  /** The group knows this member no more: the next beat joins anew. */
  expelled(thrown: unknown): void;
  leave(): Promise<void>;
}
