import type { Admin } from "kafkajs";
import { answerMs, sleep } from "./patience.ts";

/** Kafka's words for a broker that has yet to hear that it leads a partition, as after a topic is made, or whether anyone does. */
const electing = new Set(["NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE"]);

/** The first offset of each partition of a topic and the one behind its last. Asks again while leaders take over: kafkajs does not. */
export async function topicBounds(admin: Pick<Admin, "fetchTopicOffsets">, topic: string): Promise<Awaited<ReturnType<Admin["fetchTopicOffsets"]>>> {
  for (const since = performance.now(); ; await sleep(50)) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (thrown) {
      const { type = "" } = thrown as { type?: string };
      if (!electing.has(type) || performance.now() - since > answerMs) throw thrown;
    }
  }
}
