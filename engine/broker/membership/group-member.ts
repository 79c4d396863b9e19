import type { BrokerOptions } from "../broker.ts";
import type { Failures } from "../failures.ts";
import { answerMs, heartbeatMs, orAborted, stayAwayMs, within } from "../patience.ts";
import { type Client, failuresOf } from "../platformatic-connection.ts";
import { Alarm } from "./alarm.ts";
import { bareError } from "./bare-error.ts";
import { securityOf } from "./bare-security.ts";
import { ClassicTalk } from "./classic-talk.ts";
import { ConsumerTalk } from "./consumer-talk.ts";
import { Coordinator } from "./coordinator.ts";
import { Holding } from "./holding.ts";
import type { FromMember, GroupProtocol, Identity, MemberInput, ToMember } from "./messages.ts";
import { offeredProtocol } from "./offered-protocol.ts";
import type { Talk, TalkContext } from "./talk.ts";
import { requireTopic } from "./topic-partitions.ts";
import { isCode, verdict } from "./verdict.ts";

/** How much longer than for a drain the group waits, ms. */
const marginMs = 10_000;
/** How often a member asks that holds nothing: partitions may be on their way from another, ms. */
const waitingMs = 250;
/** How long a static member waits for the session of one that died under its name, ms: Kafka's default for a session, and some. */
const namesakeMs = 60_000;

/** A member of a group, on its own thread: beats until it is told to leave or the group does not take it any more. */
export class GroupMember {
  readonly #failures: Failures;
  readonly #post: (message: FromMember) => void;
  readonly #alarm = new Alarm();
  readonly #left = new AbortController();
  readonly #context: TalkContext;
  #talk: Talk | null = null;
  #protocol: GroupProtocol | null;
  /** As the owner knows it; null before the group has taken the member. */
  #identity: Identity | null = null;
  #isLeaving = false;
  #failingSince: number | null = null;

  constructor(client: Client, input: MemberInput, post: (message: FromMember) => void) {
    const options: BrokerOptions = { ...input.broker, security: securityOf(input.security) };
    const { drainBudgetMs, group, protocol } = input;
    this.#failures = failuresOf(client, options);
    this.#post = post;
    this.#protocol = protocol;
    this.#context = {
      client,
      coordinator: new Coordinator(client, options, group),
      holding: new Holding({ drainBudgetMs, post: (message) => (this.#introduce(), post(message)), onDrained: () => this.#onDrained() }),
      input,
      rebalanceMs: drainBudgetMs + marginMs,
      hurry: () => this.#alarm.ring(),
    };
  }

  hear(message: ToMember): void {
    const { holding } = this.#context;
    if (message.kind === "drained") return holding.drained(message.drain);
    this.#isLeaving = true;
    holding.leave();
    this.#onDrained();
  }

  /** Ends with the message `left` or `failed`; never throws. */
  async run(): Promise<void> {
    const { coordinator, holding } = this.#context;
    try {
      while (!this.#left.signal.aborted) {
        await orAborted(this.#beat(), this.#left.signal);
        if (!this.#left.signal.aborted) await this.#alarm.wait(holding.held.length === 0 ? waitingMs : heartbeatMs);
      }
      await this.#leave();
      this.#post({ kind: "left" });
    } catch (thrown) {
      holding.lose();
      this.#post({ kind: "failed", error: bareError(this.#explain(thrown)) });
    }
    coordinator.forget();
  }

  #onDrained(): void {
    if (this.#isLeaving && this.#context.holding.held.length === 0) this.#left.abort();
    this.#alarm.ring();
  }

  async #beat(): Promise<void> {
    try {
      this.#talk ??= await this.#begin();
      await this.#talk.beat();
      this.#failingSince = null;
      this.#introduce();
    } catch (thrown) {
      this.#judge(thrown);
    }
  }

  /** Says that the group has taken the member, and as whom, before anything is said of partitions. */
  #introduce(): void {
    const { identity } = this.#talk!;
    if (this.#identity === null) this.#post({ kind: "joined", protocol: this.#protocol! });
    if (identity.memberId !== this.#identity?.memberId || identity.epoch !== this.#identity.epoch) this.#post({ kind: "known", identity });
    this.#identity = identity;
  }

  async #begin(): Promise<Talk> {
    const { client, coordinator, input } = this.#context;
    await coordinator.ask((connection) => requireTopic(client, connection, input.topic, this.#failures));
    this.#protocol ??= await coordinator.ask((connection) => offeredProtocol(client, connection));
    return this.#protocol === "consumer" ? new ConsumerTalk(this.#context) : new ClassicTalk(this.#context);
  }

  /** Throws where there is nothing to wait for any more. */
  #judge(thrown: unknown): void {
    const { client, coordinator, holding, input } = this.#context;
    if (this.#left.signal.aborted) return;
    if (this.#identity === null && input.protocol === null && this.#protocol === "consumer" && isCode(client, thrown, "UNSUPPORTED_VERSION")) {
      this.#protocol = "classic";
      this.#talk = null;
      return;
    }
    const found = this.#failures.isDenied(thrown) ? "refused" : verdict(client, thrown);
    if (found === "refused") throw thrown;
    if (found === "expelled") {
      holding.lose();
      this.#talk!.expelled(thrown);
      this.#onDrained();
      return;
    }
    coordinator.forget();
    this.#failingSince ??= performance.now();
    if (performance.now() - this.#failingSince > this.#patienceWith(thrown)) throw thrown;
  }

  #patienceWith(thrown: unknown): number {
    if (isCode(this.#context.client, thrown, "UNRELEASED_INSTANCE_ID")) return namesakeMs;
    return this.#identity !== null || !this.#failures.isUnreachable(thrown) ? stayAwayMs : answerMs;
  }

  async #leave(): Promise<void> {
    if (this.#talk === null) return;
    // Something may still wait for an answer, and would be answered first.
    this.#context.coordinator.forget();
    await within(answerMs, this.#talk.leave(), () => null).catch(() => {}); // the group notices by its session
  }

  #explain(thrown: unknown) {
    const { group, topic } = this.#context.input;
    if (isCode(this.#context.client, thrown, "COORDINATOR_NOT_AVAILABLE")) return this.#failures.noCoordinator(group, thrown);
    return this.#failures.explain(thrown, `let ${group} read ${topic}`);
  }
}
