import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { kafkaStreams, type Run } from "../streams/contestants.ts";
import { takePeer, type Taken } from "../streams/measure.ts";

const ways = { predictions: kafkaStreams("predictions", "exactly_once_v2"), analytics: kafkaStreams("windows", "exactly_once_v2") };

/** Kafka Streams, exactly once, until it has taken in all readings; `folder` has its model, `plain/model.json`. */
export async function runPeer(pipeline: keyof typeof ways, { folder, ...run }: Omit<Run, "kind" | "output" | "state">): Promise<Taken> {
  const state = join(folder, "streams");
  await mkdir(state);
  try {
    const contestant = ways[pipeline];
    const program = contestant.program({ ...run, kind: contestant.kinds[0]!, output: `peer_${pipeline}`, state, folder: join(folder, "plain") });
    return await takePeer(contestant.name, program, async () => {});
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}
