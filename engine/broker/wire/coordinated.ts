import type { Cluster, Way } from "./cluster.ts";
import { check } from "./codes.ts";
import type { ProducerIdentity } from "./transaction-messages.ts";

type Answer = { readonly code: number } | { readonly codes: readonly number[] };

/** Asks the coordinator of a producer's transactions until it does it. */
export async function coordinated<Rest extends unknown[]>(
  cluster: Cluster,
  what: string,
  message: { async(connection: never, producer: ProducerIdentity, ...rest: Rest): Promise<Answer> },
  { way = "requests", ...producer }: ProducerIdentity & { readonly way?: Way },
  ...rest: Rest
): Promise<void> {
  await cluster.persist(async () => {
    const node = await cluster.coordinator(1, producer.transactionalId);
    const answer = await cluster.call(node, way, message, producer, ...rest);
    for (const code of "code" in answer ? [answer.code] : answer.codes) check(what, code);
  });
}
