import type { Cluster, Way } from "./cluster.ts";
import { CodeError, NETWORK_EXCEPTION } from "./codes.ts";
import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";

interface Transaction {
  readonly transactionalId: string;
  /** Default: the connection of all requests. */
  readonly way?: Way;
  join(batches: readonly BatchToProduce[]): Promise<void>;
}

/**
 * Resolves once every in-sync replica has all batches, which arrive in their order. What did not arrive is sent again: where batches have sequence numbers, the broker knows those that it has already.
 * `join` comes before each request, the repeated ones too, of batches that are part of a transaction.
 */
export async function produce(
  cluster: Cluster,
  batches: readonly BatchToProduce[],
  transaction?: Transaction,
): Promise<readonly ProducedPartition[]> {
  const produced: ProducedPartition[] = [];
  for (const round of rounds(batches)) {
    produced.push(...(await produceRound(cluster, round, transaction)));
  }
  return produced;
}

async function produceRound(cluster: Cluster, round: readonly BatchToProduce[], transaction?: Transaction): Promise<ProducedPartition[]> {
  const produced: ProducedPartition[] = [];
  let left = round;
  const attempt = async () => {
    await transaction?.join(left);
    const led = await Promise.all(left.map(async (batch) => ({ batch, node: await cluster.leader(batch.topic, batch.partition) })));
    const message = cluster.joins ? cluster.messages.produceJoining : cluster.messages.produce;
    const asked = [...Map.groupBy(led, ({ node }) => node.id).values()].map((of) => cluster.call(of[0]!.node, transaction?.way ?? "requests", message, transaction?.transactionalId ?? null, of.map(({ batch }) => batch)));
    const answers = await Promise.all(asked);
    let failure: CodeError | null = null;
    for (const answer of answers.flatMap(({ partitions }) => partitions)) {
      if (answer.code !== 0) {
        failure = new CodeError(`write to partition ${answer.partition} of ${answer.topic}`, answer.code);
        continue;
      }
      produced.push(answer);
      left = left.filter(({ topic, partition }) => topic !== answer.topic || partition !== answer.partition);
    }
    if (failure) throw failure;
    if (left.length > 0) throw new CodeError(`write to partition ${left[0]!.partition} of ${left[0]!.topic}: no answer`, NETWORK_EXCEPTION);
  };
  await cluster.persist(attempt);
  return produced;
}

/** In their order, cut so that a partition has one batch in each: a request takes no more. */
function* rounds(batches: readonly BatchToProduce[]): Generator<readonly BatchToProduce[]> {
  let round = new Map<string, BatchToProduce>();
  for (const batch of batches) {
    const key = `${batch.topic}/${batch.partition}`;
    if (round.has(key)) {
      yield [...round.values()];
      round = new Map();
    }
    round.set(key, batch);
  }
  if (round.size > 0) yield [...round.values()];
}
