import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { decompressor } from "../../broker/wire/codecs.ts";
import { Fetcher, type Feed } from "../../broker/wire/fetcher.ts";
import { boundsOf } from "../../broker/wire/offsets.ts";
import { emptySeen, type Seen } from "../../live/task-watch.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { Summary } from "../summary.ts";
import { outputReader, type OutputReader } from "./output-records.ts";

export interface FollowOutputsOptions {
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Epoch ms. */
  readonly now: () => number;
  /** Counts on, as far as topics tell. */
  readonly summary: Summary;
  readonly tell: (seen: Seen) => void;
}

/** Tells what all engines of a pipeline commit to its topics, each of which is there, from now on until `signal` aborts. Is no member of a group, and stores nothing. Throws `MGV_BROKER` where the broker stays away. */
export async function followOutputs({ cluster, kernel, pipeline, now, summary, tell }: FollowOutputsOptions, signal: AbortSignal): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const ended = new AbortController();
  opened.defer(() => ended.abort());
  const running = AbortSignal.any([signal, ended.signal]);
  const reader = opened.use(new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) }));
  const follow = async (feed: Feed, { kind, take }: OutputReader) => {
    for (;;) {
      const fetched = await feed.take(running);
      if (fetched === undefined) return;
      const { records } = reader.read(fetched.bytes, fetched);
      if (!records) continue;
      const seen = emptySeen();
      take(records, seen, now());
      if (kind !== null) summary[kind] += records.count;
      if (kind === "predictions") summary.readings += records.count;
      tell(seen);
    }
  };
  const following: Promise<void>[] = [];
  for (const topic of pipeline.outputTopics) {
    const partitions = Array.from({ length: await cluster.partitionsOf(topic) }, (_, partition) => partition);
    const ends = await Promise.all(partitions.map((partition) => boundsOf(cluster, { topic, partition })));
    const fetcher = opened.use(new Fetcher(cluster, topic));
    for (const [partition, { high }] of ends.entries()) {
      const followed = follow(fetcher.open(partition, high), outputReader(pipeline, topic));
      followed.catch(() => {}); // told below, once the other topics are known
      following.push(followed);
    }
  }
  try {
    await Promise.all(following);
  } finally {
    ended.abort();
    await Promise.allSettled(following);
  }
}
