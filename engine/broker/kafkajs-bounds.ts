import type { Admin } from "kafkajs";
import { answerMs, sleep } from "./patience.ts";

/** Kafka's words for a broker that has yet to hear that it leads a partition, as after a topic is made, or whether anyone does. */
const electing = new Set(["NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE"]);

/** The first offset of each partition of a topic and the one behind its last. */
export function topicBounds(admin: Pick<Admin, "fetchTopicOffsets">, topic: string): ReturnType<Admin["fetchTopicOffsets"]> {
  return onceLed(() => admin.fetchTopicOffsets(topic));
}

/** The offset of each partition's first record of that time or later; where there is none, the one behind its last. */
export async function offsetsAt(admin: Pick<Admin, "fetchTopicOffsetsByTimestamp">, topic: string, atMs: number): Promise<ReadonlyMap<number, number>> {
  const found = await onceLed(() => admin.fetchTopicOffsetsByTimestamp(topic, atMs));
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** Asks again while leaders take over: kafkajs does not. */
async function onceLed<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const since = performance.now(); ; await sleep(50)) {
    try {
      return await ask();
    } catch (thrown) {
      const { type = "" } = thrown as { type?: string };
      if (!electing.has(type) || performance.now() - since > answerMs) throw thrown;
    }
  }
}
