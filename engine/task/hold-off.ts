/** Of one cause at one sensor: the event time of its newest sign, and of the one that came last, which may be a late one; and how grave it has been. */
export interface Told {
  newestMs: number;
  lastMs: number;
  gravest: number;
}

/**
 * Takes in a sign of a cause. True when people are to be told: it begins anew, after more than the hold-off without a sign, or it is graver than it was. `told` is
 * undefined for the first sign.
 */
export function raises(told: Told | undefined, timeMs: number, severity: number, holdOffMs: number): { raised: boolean; told: Told } {
  if (told === undefined) return { raised: true, told: { newestMs: timeMs, lastMs: timeMs, gravest: severity } };
  const isNew = Math.abs(timeMs - told.newestMs) > holdOffMs && Math.abs(timeMs - told.lastMs) > holdOffMs;
  const isGraver = severity > told.gravest;
  return {
    raised: isNew || isGraver,
    told: { newestMs: Math.max(told.newestMs, timeMs), lastMs: timeMs, gravest: isNew ? severity : Math.max(told.gravest, severity) },
  };
}
