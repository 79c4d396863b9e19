import { randomUUID } from "node:crypto";
import type { Member, Talk } from "./group-protocol.ts";
import type { Identity } from "./messages.ts";

/** Kafka's epochs for a member that joins, one that leaves, and a static one that may come back. */
const joining = 0;
const leaving = -1;
const leavingForNow = -2;

interface TopicPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/**
 * The consumer protocol (KIP-848): heartbeats say what the member holds, and answers what it should. The broker gives a partition to somebody else
 * once a heartbeat came without it. Each heartbeat says everything, so that an answer that was lost is made up by the next.
 */
export class ConsumerTalk implements Talk {
  readonly #member: Member;
  readonly #id = randomUUID();
  #epoch = joining;
  /** A topic that is made anew under its name has another. */
  #topicId: string | null = null;

  constructor(member: Member) {
    this.#member = member;
  }

  get identity(): Identity {
    return { memberId: this.#id, epoch: this.#epoch };
  }

  async beat(): Promise<void> {
    const { memberEpoch, assignment } = await this.#heartbeat(this.#epoch);
    this.#epoch = memberEpoch;
    if (assignment !== null) this.#reconcile(assignment.topicPartitions);
  }

  expelled(): void {
    this.#epoch = joining;
  }

  async leave(): Promise<void> {
    if (this.#epoch !== joining) await this.#heartbeat(this.#member.input.instanceId === null ? leaving : leavingForNow);
  }

  #heartbeat(epoch: number) {
    const { client, coordinator, holding, input, rebalanceMs } = this.#member;
    const { group, topic, instanceId } = input;
    const held = holding.held.length > 0 ? [{ topicId: this.#topicId!, partitions: [...holding.held] }] : [];
    return coordinator.ask((connection) =>
      client.consumerGroupHeartbeatV1.api.async(connection, group, this.#id, epoch, instanceId, null, rebalanceMs, [topic], null, null, held),
    );
  }

  #reconcile(assigned: readonly TopicPartitions[]): void {
    const { holding } = this.#member;
    const { held } = holding;
    if (held.length === 0) this.#topicId = assigned[0]?.topicId ?? null;
    const target = assigned.find(({ topicId }) => topicId === this.#topicId)?.partitions ?? [];
    holding.revoke(held.filter((partition) => !target.includes(partition)));
    holding.assign(target);
  }
}
