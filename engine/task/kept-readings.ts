/** Readings of one sensor that are looked at again, in order of event time, equals by arrival. Plain data: null for a missing value, which JSON has no NaN for. */
export interface KeptReadings {
  newestMs: number;
  readings: KeptReading[];
}

export interface KeptReading {
  readonly timeMs: number;
  readonly values: readonly (number | null)[];
}

export function noReadings(): KeptReadings {
  return { newestMs: 0, readings: [] };
}

/** Puts a reading in its place. */
export function keepReading(kept: KeptReadings, timeMs: number, values: readonly number[]): KeptReading {
  const { readings } = kept;
  let place = readings.length;
  while (place > 0 && readings[place - 1]!.timeMs > timeMs) place--;
  const reading = { timeMs, values: values.map((value) => (Number.isNaN(value) ? null : value)) };
  readings.splice(place, 0, reading);
  kept.newestMs = Math.max(kept.newestMs, timeMs);
  return reading;
}

/** Lets go of the first readings. */
export function dropReadings({ readings }: KeptReadings, count: number): void {
  if (count > 0) readings.splice(0, count);
}

/** How many readings are older than this. */
export function countBefore({ readings }: KeptReadings, timeMs: number): number {
  const first = readings.findIndex((reading) => reading.timeMs >= timeMs);
  return first === -1 ? readings.length : first;
}

/** The values of one place as a column. */
export function columnOf(readings: readonly KeptReading[], place: number): Float64Array {
  return Float64Array.from(readings, ({ values }) => values[place] ?? NaN);
}
