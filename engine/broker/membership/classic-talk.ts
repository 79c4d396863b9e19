import { answerMs } from "../patience.ts";
import type { Client } from "../platformatic-connection.ts";
import { assignPartitions } from "./assign-partitions.ts";
import { readAssignment, readSubscription, writeAssignment, writeSubscription } from "./classic-metadata.ts";
import type { Member, Talk } from "./group-protocol.ts";
import type { Identity } from "./messages.ts";
import { partitionCounts } from "./topic-partitions.ts";
import { isCode } from "./verdict.ts";

/** How often the leader looks whether topics have got more partitions, ms. */
const lookMs = 5_000;
/** Names under which clients know ways to assign. The group must have one in common; whoever leads it assigns as it likes. */
const assignors = ["roundrobin", "range"];
const protocolType = "consumer";

type Joined = Awaited<ReturnType<Client["joinGroupV9"]["api"]["async"]>>;

/**
 * The classic protocol: whenever the group changes all members give up everything and join again, and one of them, the leader, assigns. To join takes as
 * long as the slowest member's drain.
 */
export class ClassicTalk implements Talk {
  readonly #member: Member;
  /** Empty until the group has given one. */
  #id = "";
  #generation = -1;
  #isJoining = true;
  /** The partitions of the group's topics, as they were when this member assigned them; null where another leads. */
  #led: ReadonlyMap<string, number> | null = null;
  #lookedAt = 0;

  constructor(member: Member) {
    this.#member = member;
  }

  get identity(): Identity {
    return { memberId: this.#id, epoch: this.#generation };
  }

  async beat(): Promise<void> {
    try {
      if (this.#isJoining && !this.#member.holding.isDraining) return await this.#join();
      await this.#heartbeat();
      if (await this.#hasGrown()) this.#rejoin();
    } catch (thrown) {
      if (!isCode(this.#member.client, thrown, "REBALANCE_IN_PROGRESS")) throw thrown;
      this.#rejoin();
    }
  }

  expelled(thrown: unknown): void {
    if (isCode(this.#member.client, thrown, "UNKNOWN_MEMBER_ID")) this.#id = "";
    this.#isJoining = true;
  }

  async leave(): Promise<void> {
    const { client, coordinator, input } = this.#member;
    if (this.#id === "" || input.instanceId !== null) return;
    await coordinator.ask((connection) => client.leaveGroupV5.api.async(connection, input.group, [{ memberId: this.#id }]));
  }

  #rejoin(): void {
    const { holding, hurry } = this.#member;
    this.#isJoining = true;
    holding.revoke(holding.held);
    if (!holding.isDraining) hurry();
  }

  async #join(): Promise<void> {
    const { client, coordinator, holding, input, rebalanceMs } = this.#member;
    const joined = await this.#admission();
    this.#id = joined.memberId;
    this.#generation = joined.generationId;
    const assignments = joined.leader === joined.memberId ? await this.#lead(joined) : this.#follow();
    const { assignment } = await coordinator.ask((connection) => {
      const { group, instanceId } = input;
      return client.syncGroupV5.api.async(connection, group, this.#generation, this.#id, instanceId, protocolType, joined.protocolName, assignments);
    }, rebalanceMs + answerMs);
    this.#isJoining = false;
    holding.assign(readAssignment(client, assignment).get(input.topic) ?? []);
  }

  /** Waits until all members have joined again, or are out of time. */
  async #admission(): Promise<Joined> {
    const { client, coordinator, input, rebalanceMs } = this.#member;
    const { group, instanceId, sessionMs, topic } = input;
    const protocols = assignors.map((name) => ({ name, metadata: writeSubscription(client, [topic]) }));
    const ask = () =>
      coordinator.ask(
        (connection) => client.joinGroupV9.api.async(connection, group, sessionMs, rebalanceMs, this.#id, instanceId, protocolType, protocols),
        rebalanceMs + answerMs,
      );
    try {
      return await ask();
    } catch (thrown) {
      if (!isCode(client, thrown, "MEMBER_ID_REQUIRED")) throw thrown;
      this.#id = (thrown as { response: Joined }).response.memberId;
      return ask();
    }
  }

  #follow(): [] {
    this.#led = null;
    return [];
  }

  /** A static member that comes back as the leader finds the assignment made. */
  async #lead({ members, skipAssignment }: Joined) {
    const { client, input } = this.#member;
    const subscribers = members.map(({ memberId, groupInstanceId, metadata }) => {
      return { memberId, instanceId: groupInstanceId ?? null, topics: readSubscription(client, metadata) };
    });
    this.#led = await this.#counts(new Set([input.topic, ...subscribers.flatMap(({ topics }) => topics)]));
    if (skipAssignment) return [];
    return [...assignPartitions(subscribers, this.#led)].map(([memberId, partitions]) => {
      return { memberId, assignment: writeAssignment(client, partitions) };
    });
  }

  async #heartbeat(): Promise<void> {
    const { client, coordinator, input } = this.#member;
    const { group, instanceId } = input;
    await coordinator.ask((connection) => client.heartbeatV4.api.async(connection, group, this.#generation, this.#id, instanceId));
  }

  async #hasGrown(): Promise<boolean> {
    if (this.#led === null || this.#isJoining || performance.now() - this.#lookedAt < lookMs) return false;
    const counts = await this.#counts(this.#led.keys());
    return [...this.#led].some(([topic, count]) => counts.get(topic)! > count);
  }

  #counts(topics: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    this.#lookedAt = performance.now();
    return this.#member.coordinator.ask((connection) => partitionCounts(this.#member.client, connection, [...topics]));
  }
}
