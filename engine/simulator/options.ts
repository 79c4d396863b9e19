import { MangroveError } from "../../kernel-as/errors.ts";
import { checkedFaults, type Faults } from "./faults.ts";

export interface SimulatorOptions {
  /** Rooms with one sensor each. Default 12. */
  readonly sensors?: number;
  /** Readings per second of each sensor. Default 1. Event times are whole seconds, so above 1 several share one. */
  readonly rateHz?: number;
  /** A whole number. Default 1. */
  readonly seed?: number;
  /** Event time of the first readings, epoch ms. Default {@link START_MS}. */
  readonly startMs?: number;
  /** Event time from start to end; `null`, the default, for a stream without end. */
  readonly durationMs?: number | null;
  /**
   * Default 16: in an hour of 12 sensors some 8 fires burn, each for 2 to 25 minutes. Far more than in life, where a
   * class of one in a million readings could neither be learnt nor shown. Fires of a room never overlap, so about 50 are the most.
   */
  readonly firesPerSensorDay?: number;
  /** Rooms lie in so many climates, a part of the year apart, in turn. Default 1; 4 for all seasons at once. */
  readonly climates?: number;
  /** How many times as often as people live something happens in a room. Default 3, so that an hour of a dozen rooms holds some of everything that is mistaken for a fire. */
  readonly busy?: number;
  /** Default: none. */
  readonly faults?: Partial<Faults>;
}

export type CheckedOptions = Required<Omit<SimulatorOptions, "faults">> & { readonly faults: Faults };

/** 2022-06-09, 00:00 UTC, the day of the recording's first rows. A fixed time, so that a run can be repeated byte for byte. */
export const START_MS = 1_654_732_800_000;

/** With the defaults filled in. Throws `MGV_USAGE`. */
export function checkedOptions(options: SimulatorOptions): CheckedOptions {
  const { sensors = 12, rateHz = 1, seed = 1, startMs = START_MS, durationMs = null, firesPerSensorDay = 16, climates = 1, busy = 3 } = options;
  check(Number.isInteger(sensors) && sensors >= 1 && sensors <= 100_000, "sensors", "a whole number from 1 to 100,000", sensors);
  check(rateHz > 0 && rateHz <= 1_000, "rateHz", "above 0 and at most 1,000 readings per second", rateHz);
  check(Number.isSafeInteger(seed) && seed >= 0, "seed", "a whole number, 0 or above", seed);
  check(startMs >= 0 && startMs < 8.64e15, "startMs", "a time in epoch ms", startMs);
  check(durationMs === null || durationMs >= 0, "durationMs", "0 ms or above", durationMs);
  check(firesPerSensorDay >= 0 && firesPerSensorDay < Infinity, "firesPerSensorDay", "0 or above", firesPerSensorDay);
  check(Number.isInteger(climates) && climates >= 1 && climates <= 365, "climates", "a whole number from 1 to 365", climates);
  check(busy >= 0 && busy <= 100, "busy", "from 0 to 100", busy);
  return { sensors, rateHz, seed, startMs, durationMs, firesPerSensorDay, climates, busy, faults: checkedFaults(options.faults ?? {}) };
}

function check(fits: boolean, name: string, what: string, value: unknown): void {
  if (!fits) throw new MangroveError("MGV_USAGE", `The simulator's ${name} must be ${what}, not ${String(value)}.`);
}
