/** A member of the group, as its leader sees it. */
export interface Subscriber {
  readonly memberId: string;
  /** Static members are ordered by it, so that one that comes back under another member id gets what it had. */
  readonly instanceId: string | null;
  readonly topics: readonly string[];
}

/** Deals the partitions of each topic out to those who subscribe to it, one by one in the order of the members. By member, then by topic. */
export function assignPartitions(
  subscribers: readonly Subscriber[],
  counts: ReadonlyMap<string, number>,
): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const name = ({ instanceId, memberId }: Subscriber) => `${instanceId ?? ""} ${memberId}`;
  const ordered = [...subscribers].sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const assigned = new Map(ordered.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  for (const [topic, count] of counts) {
    const takers = ordered.filter(({ topics }) => topics.includes(topic)).map(({ memberId }) => assigned.get(memberId)!);
    for (let partition = 0; partition < count && takers.length > 0; partition++) {
      const taker = takers[partition % takers.length]!;
      taker.set(topic, [...(taker.get(topic) ?? []), partition]);
    }
  }
  return assigned;
}
