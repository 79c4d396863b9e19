import { answerMs } from "../patience.ts";
import type { Client } from "../platformatic-connection.ts";
import { ClassicLeader } from "./classic-leader.ts";
import { readAssignment, writeSubscription } from "./classic-metadata.ts";
import type { Identity } from "./messages.ts";
import type { Talk, TalkContext } from "./talk.ts";
import { isCode } from "./verdict.ts";

/** Names under which clients know ways to assign. The group must have one in common; whoever leads it assigns as it likes. */
const assignors = ["roundrobin", "range"];
const protocolType = "consumer";

type Joined = Awaited<ReturnType<Client["joinGroupV9"]["api"]["async"]>>;

/**
 * The classic protocol: whenever the group changes all members give up everything and join again, and one of them, the leader, assigns. To join takes as
 * long as the slowest member's drain.
 */
export class ClassicTalk implements Talk {
  readonly #context: TalkContext;
  readonly #leader: ClassicLeader;
  /** Empty until the group has given one. */
  #id = "";
  #generation = -1;
  #isJoining = true;
  #leads = false;

  constructor(context: TalkContext) {
    this.#context = context;
    this.#leader = new ClassicLeader(context);
  }

  get identity(): Identity {
    return { memberId: this.#id, epoch: this.#generation };
  }

  async beat(): Promise<void> {
    try {
      if (this.#isJoining && !this.#context.holding.isDraining) return await this.#join();
      await this.#heartbeat();
      if (this.#leads && !this.#isJoining && (await this.#leader.seesMore())) this.#rejoin();
    } catch (thrown) {
      if (!isCode(this.#context.client, thrown, "REBALANCE_IN_PROGRESS")) throw thrown;
      this.#rejoin();
    }
  }

  expelled(thrown: unknown): void {
    if (isCode(this.#context.client, thrown, "UNKNOWN_MEMBER_ID")) this.#id = "";
    this.#isJoining = true;
  }

  async leave(): Promise<void> {
    const { client, coordinator, input } = this.#context;
    if (this.#id === "" || input.instanceId !== null) return;
    await coordinator.ask((connection) => client.leaveGroupV5.api.async(connection, input.group, [{ memberId: this.#id }]));
  }

  #rejoin(): void {
    const { holding, hurry } = this.#context;
    this.#isJoining = true;
    holding.revoke(holding.held);
    if (!holding.isDraining) hurry();
  }

  async #join(): Promise<void> {
    const { client, coordinator, holding, input, rebalanceMs } = this.#context;
    const joined = await this.#admission();
    this.#id = joined.memberId;
    this.#generation = joined.generationId;
    this.#leads = joined.leader === joined.memberId;
    const assignments = this.#leads ? await this.#leader.assign(joined) : [];
    const { assignment } = await coordinator.ask((connection) => {
      const { group, instanceId } = input;
      return client.syncGroupV5.api.async(connection, group, this.#generation, this.#id, instanceId, protocolType, joined.protocolName, assignments);
    }, rebalanceMs + answerMs);
    this.#isJoining = false;
    holding.assign(readAssignment(client, assignment).get(input.topic) ?? []);
  }

  /** Waits until all members have joined again, or are out of time. */
  async #admission(): Promise<Joined> {
    const { client, coordinator, input, rebalanceMs } = this.#context;
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

  async #heartbeat(): Promise<void> {
    const { client, coordinator, input } = this.#context;
    const { group, instanceId } = input;
    await coordinator.ask((connection) => client.heartbeatV4.api.async(connection, group, this.#generation, this.#id, instanceId));
  }
}
