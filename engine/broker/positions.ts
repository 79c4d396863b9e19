import type { Broker, Subscription } from "./broker.ts";

/** A subscription that says how far it has read. */
export interface PositionedSubscription extends Subscription {
  /**
   * For each assigned partition the offset after everything that was handed out or passed over; 0 while that is not
   * known. Transaction markers, aborted and deleted records have offsets too, so a partition may end beyond its last record.
   */
  positions(): ReadonlyMap<number, number>;
}

export interface PositionedBroker extends Broker {
  subscribe(options: Parameters<Broker["subscribe"]>[0]): Promise<PositionedSubscription>;
}

/** Where a member begins with a partition that holds the offsets `low` to `high`, when the group has `stored` an offset. */
export function startOffset(bounds: {
  readonly stored: number | undefined;
  readonly low: number;
  readonly high: number;
  readonly from: "earliest" | "latest";
}): number {
  const { stored, low, high, from } = bounds;
  if (stored !== undefined && stored >= low && stored <= high) return stored;
  return from === "earliest" ? low : high;
}
