import type { Client } from "../platformatic-connection.ts";
import { assignPartitions, type Subscriber } from "./assign-partitions.ts";
import { readAssignment, readSubscription, writeAssignment } from "./classic-metadata.ts";
import type { TalkContext } from "./talk.ts";
import { partitionCounts } from "./topic-partitions.ts";

/** How often to look whether topics have got more partitions, ms. */
const lookMs = 5_000;

type Joined = Awaited<ReturnType<Client["joinGroupV9"]["api"]["async"]>>;
type Assignments = { memberId: string; assignment: Buffer }[];

/** What the member does that leads a classic group: it assigns, and sees when topics grow. */
export class ClassicLeader {
  readonly #context: TalkContext;
  /** Partitions of the group's topics, as they were when they were assigned. */
  #counts: ReadonlyMap<string, number> = new Map();
  #lookedAt = 0;

  constructor(context: TalkContext) {
    this.#context = context;
  }

  /** Empty where the group needs none: a static leader has come back to it. */
  async assign({ members, skipAssignment }: Joined): Promise<Assignments> {
    const { client } = this.#context;
    const subscribers = members.map(({ memberId, groupInstanceId, metadata }): Subscriber => {
      return { memberId, instanceId: groupInstanceId ?? null, topics: readSubscription(client, metadata) };
    });
    const topics = new Set(subscribers.flatMap((subscriber) => subscriber.topics));
    this.#counts = skipAssignment ? await this.#assigned(topics) : await this.#present(topics);
    if (skipAssignment) return [];
    return [...assignPartitions(subscribers, this.#counts)].map(([memberId, partitions]) => {
      return { memberId, assignment: writeAssignment(client, partitions) };
    });
  }

  /** Asks the broker now and then. */
  async seesMore(): Promise<boolean> {
    if (performance.now() - this.#lookedAt < lookMs) return false;
    const present = await this.#present(this.#counts.keys());
    return [...this.#counts].some(([topic, count]) => present.get(topic)! > count);
  }

  #present(topics: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    this.#lookedAt = performance.now();
    return this.#context.coordinator.ask((connection) => partitionCounts(this.#context.client, connection, [...topics]));
  }

  /** By what the members have: the topics may have grown since. */
  async #assigned(topics: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    const { client, coordinator, input } = this.#context;
    const { groups } = await coordinator.ask((connection) => client.describeGroupsV5.api.async(connection, [input.group], false));
    const assignments = groups[0]!.members.map(({ memberAssignment }) => readAssignment(client, memberAssignment));
    const count = (topic: string) => assignments.reduce((sum, assignment) => sum + (assignment.get(topic)?.length ?? 0), 0);
    return new Map([...topics].map((topic) => [topic, count(topic)]));
  }
}
