import type { SimulatorOptions } from "../../../engine/simulator/options.ts";

/** Rooms of one place and season. */
export interface Place {
  readonly name: string;
  readonly options: SimulatorOptions;
}

/** Three kinds of rooms, none of which is another's. */
export interface Plan {
  /** To learn from: a busy life, so that much is seen of what is mistaken for a fire. */
  readonly learned: readonly Place[];
  /** To choose thresholds by. */
  readonly chosen: readonly Place[];
  /** To judge by. */
  readonly test: readonly Place[];
  /** One reading in so many is learned from, of those with a fire or smoke in the air and of the quiet ones; elsewhere all are predicted. */
  readonly oneIn: { readonly smoky: number; readonly quiet: number };
}

/** Event time between readings: the shortest span that features look back over holds two. */
const RATE_HZ = 0.2;
const DAY_MS = 86_400_000;
/** The first days of 2022's January, April, July and October, UTC. */
const SEASONS = [
  { name: "winter", startMs: 1_641_340_800_000 },
  { name: "spring", startMs: 1_649_116_800_000 },
  { name: "summer", startMs: 1_656_979_200_000 },
  { name: "autumn", startMs: 1_664_928_000_000 },
];

interface Part {
  readonly years: number;
  readonly sensors: number;
  readonly days: number;
  readonly firesPerSensorDay: number;
  readonly busy: number;
  readonly firstSeed: number;
}

function places({ years, sensors, days, firesPerSensorDay, busy, firstSeed }: Part): Place[] {
  return Array.from({ length: years }, (_, year) =>
    SEASONS.map(({ name, startMs }, i) => {
      const seed = firstSeed + year * SEASONS.length + i;
      return { name: `${name} ${year + 1}`, options: { sensors, rateHz: RATE_HZ, seed, startMs, durationMs: days * DAY_MS, firesPerSensorDay, busy } };
    }),
  ).flat();
}

/** In rooms to choose and to judge by people live as they do; fires are so many that there are enough. */
export function plan(quick: boolean): Plan {
  const learned = { busy: 4, firesPerSensorDay: 6, firstSeed: 1_000 };
  const chosen = { busy: 1, firesPerSensorDay: 0.6, firstSeed: 3_000 };
  const test = { busy: 1, firesPerSensorDay: 0.6, firstSeed: 2_000 };
  const few = { years: 1, sensors: 3, days: 0.25, firesPerSensorDay: 8 };
  return {
    learned: places(quick ? { ...learned, ...few } : { ...learned, years: 4, sensors: 48, days: 1 }),
    chosen: places(quick ? { ...chosen, ...few } : { ...chosen, years: 2, sensors: 24, days: 1.5 }),
    test: places(quick ? { ...test, ...few } : { ...test, years: 2, sensors: 30, days: 2.5 }),
    oneIn: quick ? { smoky: 2, quiet: 3 } : { smoky: 8, quiet: 60 },
  };
}
