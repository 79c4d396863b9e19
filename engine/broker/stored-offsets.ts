import type { StoredOffset } from "./broker.ts";

/** Sorted by topic and partition, without those for which a client says by a negative offset that nothing is stored. */
export function inOrder(offsets: readonly StoredOffset[]): readonly StoredOffset[] {
  const stored = offsets.filter(({ offset }) => offset >= 0);
  return stored.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}
