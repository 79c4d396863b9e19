import type { Worker } from "node:worker_threads";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { errorOf } from "./bare-error.ts";
import type { Membership, Owner } from "./membership.ts";
import type { FromMember, GroupProtocol, Identity, ToMember, Why } from "./messages.ts";

/** The owner's side: hears what the member's thread says, calls the owner, and answers. */
export class ThreadMembership implements Membership {
  /** Settles with the first answer of the group. */
  readonly joined: Promise<void>;
  readonly failed: Promise<never>;
  readonly #group: string;
  readonly #owner: Owner;
  readonly #thread: Worker;
  readonly #over: Promise<void>;
  readonly #held = new Set<number>();
  #protocol: GroupProtocol = "classic";
  #identity: Identity = { memberId: "", epoch: -1 };
  /** The owner's calls so far. */
  #calls: Promise<void> = Promise.resolve();
  #isOver = false;
  #join!: () => void;
  #fail!: (thrown: unknown) => void;
  #end!: () => void;

  constructor(group: string, owner: Owner, thread: Worker) {
    this.#group = group;
    this.#owner = owner;
    this.#thread = thread;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => {}); // told to those who ask
    this.joined = Promise.race([new Promise<void>((resolve) => (this.#join = resolve)), this.failed]);
    this.#over = new Promise((resolve) => (this.#end = resolve));
    thread.on("message", (message: FromMember) => this.#hear(message));
    thread.on("error", (cause) => this.#onDeath(cause));
    thread.on("exit", (code) => this.#onDeath(new Error(`it ended with code ${code}`)));
  }

  get protocol(): GroupProtocol {
    return this.#protocol;
  }

  get identity(): Identity {
    return this.#identity;
  }

  get held(): readonly number[] {
    return [...this.#held].sort((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#say({ kind: "leave" });
    await this.#over;
    await this.#thread.terminate();
  }

  #hear(message: FromMember): void {
    switch (message.kind) {
      case "joined":
        this.#protocol = message.protocol;
        return this.#join();
      case "known":
        this.#identity = message.identity;
        return;
      case "assigned":
        return this.#call(() => this.#assign(message.partitions));
      case "revoked":
        this.#call(() => this.#revoke(message.partitions, "revoked"));
        return void this.#calls.then(() => this.#say({ kind: "drained", drain: message.drain }));
      case "lost":
        return this.#call(() => this.#revoke(message.partitions, "lost"));
      case "left":
        return this.#finish();
      case "failed":
        this.#fail(errorOf(message.error));
        return this.#finish();
    }
  }

  async #assign(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#held.add(partition);
    this.#owner.onAssigned(partitions);
  }

  async #revoke(partitions: readonly number[], why: Why): Promise<void> {
    const release = () => partitions.forEach((partition) => this.#held.delete(partition));
    if (why === "lost") release();
    try {
      await this.#owner.onRevoked(partitions, why);
    } finally {
      release();
    }
  }

  #call(work: () => Promise<void>): void {
    this.#calls = this.#calls.then(work).catch((thrown: unknown) => {
      this.#fail(thrown);
      this.#say({ kind: "leave" });
    });
  }

  #say(message: ToMember): void {
    if (!this.#isOver) this.#thread.postMessage(message, []);
  }

  #onDeath(cause: Error): void {
    if (this.#isOver) return;
    const message = `The thread that keeps the membership of ${this.#group} ended: ${cause.message}. Join the group again.`;
    this.#fail(new MangroveError("MGV_INTERNAL", message, { cause }));
    this.#call(() => this.#revoke(this.held, "lost"));
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#end();
    void this.#thread.terminate();
  }
}
