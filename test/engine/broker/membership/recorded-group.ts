import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { joinGroup, type Membership } from "../../../../engine/broker/membership/membership.ts";

type Options = Parameters<typeof joinGroup>[0];

interface MemberOptions extends Pick<Options, "instanceId" | "drainBudgetMs" | "protocol" | "sessionMs"> {
  /** What a revocation waits for. */
  readonly drain?: () => Promise<void>;
}

/** The shortest session that the test broker allows, and the one that it has for the consumer protocol. */
export const sessionMs = 6_000;

/** A group of members in this process, and what they were told, in the order of time. */
export class RecordedGroup {
  readonly name = `group-${randomUUID()}`;
  readonly log: string[] = [];
  /** Partitions that somebody was given while another had not let them go. */
  readonly overlaps: string[] = [];
  readonly #holders = new Map<number, string>();
  readonly #options: Pick<Options, "broker" | "topic" | "protocol">;

  constructor(options: Pick<Options, "broker" | "topic" | "protocol">) {
    this.#options = options;
  }

  async join(name: string, { drain = () => Promise.resolve(), ...options }: MemberOptions = {}): Promise<Membership> {
    const membership = await joinGroup({
      ...this.#options,
      group: this.name,
      sessionMs,
      ...options,
      onAssigned: (partitions) => {
        this.log.push(`${name} has ${text(partitions)}`);
        for (const partition of partitions) {
          const holder = this.#holders.get(partition);
          if (holder !== undefined) this.overlaps.push(`${partition}: ${holder}, ${name}`);
          this.#holders.set(partition, name);
        }
      },
      onRevoked: async (partitions, why) => {
        this.log.push(`${name} ${why === "lost" ? "loses" : "drains"} ${text(partitions)}`);
        if (why === "revoked") {
          await drain();
          this.log.push(`${name} gives ${text(partitions)}`);
        }
        for (const partition of partitions) this.#holders.delete(partition);
      },
    });
    onTestFinished(() => membership[Symbol.asyncDispose]());
    return membership;
  }

  /** The partitions of all members, each as often as somebody holds it. */
  static heldBy(...members: readonly Membership[]): number[] {
    return members.flatMap(({ held }) => held).sort((a, b) => a - b);
  }
}

function text(partitions: readonly number[]): string {
  return [...partitions].sort((a, b) => a - b).join(" ");
}
