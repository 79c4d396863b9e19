import type { Worker } from "node:worker_threads";
import { MangroveError } from "../../../kernel-as/errors.ts";
import { errorOf } from "./bare-error.ts";
import type { Membership, Owner } from "./membership.ts";
import type { FromMember, GroupProtocol, Identity, ToMember, Why } from "./messages.ts";

/** The owner's side: hears what the member's thread says, calls the owner, and answers. */
export class ThreadMembership implements Membership {
  readonly #group: string;
  readonly #owner: Owner;
  readonly #thread: Worker;
  readonly #joined = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #over = Promise.withResolvers<void>();
  readonly #held = new Set<number>();
  #protocol: GroupProtocol = "classic";
  #identity: Identity = { memberId: "", epoch: -1 };
  /** The owner's calls so far. */
  #calls: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(group: string, owner: Owner, thread: Worker) {
    this.#group = group;
    this.#owner = owner;
    this.#thread = thread;
    this.failed.catch(() => {}); // told to those who ask
    thread.on("message", (message: FromMember) => this.#hear(message));
    thread.on("error", (cause) => this.#onDeath(cause));
    thread.on("exit", (code) => this.#onDeath(new Error(`it ended with code ${code}`)));
  }

  /** Settles with the first answer of the group. */
  get joined(): Promise<void> {
    return Promise.race([this.#joined.promise, this.failed]);
  }

  get failed(): Promise<never> {
    return this.#failed.promise;
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
    await this.#over.promise;
    await this.#thread.terminate();
  }

  #hear(message: FromMember): void {
    switch (message.kind) {
      case "joined":
        this.#protocol = message.protocol;
        return this.#joined.resolve();
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
        this.#failed.reject(errorOf(message.error));
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
      this.#failed.reject(thrown);
      this.#say({ kind: "leave" });
    });
  }

  #say(message: ToMember): void {
    if (!this.#isOver) this.#thread.postMessage(message, []);
  }

  #onDeath(cause: Error): void {
    if (this.#isOver) return;
    const message = `The thread that keeps the membership of ${this.#group} ended: ${cause.message}. Join the group again.`;
    this.#failed.reject(new MangroveError("MGV_INTERNAL", message, { cause }));
    this.#call(() => this.#revoke(this.held, "lost"));
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#over.resolve();
    void this.#thread.terminate();
  }
}
