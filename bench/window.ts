import { windowAggregates } from "../engine/task/operators/window.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Arena } from "../kernel-as/host/arena.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import { WindowState, type WindowResults } from "../kernel-as/host/windows.ts";
import type { WindowSpec } from "../kernel-as/window-spec.ts";
import { smokeSchema } from "../pipelines/smoke-schema.ts";
import { qualityScore, statistics } from "../pipelines/smoke-statistics.ts";
import type { Bench, Contestant } from "./bench.ts";
import { chartOf } from "./chart.ts";
import { PlainStatistics, type StatisticsRecord } from "./plain-statistics.ts";
import { WindowStream } from "./window-stream.ts";

const columns = [...smokeSchema.fields.map(({ name }) => name), smokeSchema.label];
const WIDTH = columns.length;
const smokeWindows = { kind: "hopping", sizeMs: 300_000, hopMs: 60_000 } as const;

const spec: WindowSpec = {
  ...smokeWindows,
  clock: "sensor",
  maxOutOfOrdernessMs: 10_000,
  idleAfterMs: 60_000,
  forgetAfterMs: 86_400_000,
  allowedLatenessMs: 0,
  emit: "final",
  aggregates: windowAggregates(statistics, columns),
};

/** Seconds after which as many windows are open as ever will be. */
const FULL_AFTER_S = 360;

/** Readings in columns to the statistics of five minutes, one every minute, of sensors that tell one reading a second. */
export function windowBench(quick: boolean): Bench {
  const crowds = quick ? [10, 1000] : [10, 100, 1000, 10_000, 100_000];
  const readings = quick ? 60_000 : 6_000_000; // whole minutes of every crowd
  const plainReadings = quick ? 60_000 : 600_000;
  return {
    name: "window",
    title: `statistics of 5 minutes, one every minute: ${Object.keys(statistics).length} aggregates of ${WIDTH} columns at 1 Hz`,
    notes: [
      "Measured when all windows are open. Kernel: results as columns. kB: state in kernel memory for a sensor.",
      "plain JavaScript: an object for each open window, which every reading of it changes; results as objects.",
    ],
    unit: "readings/s",
    figure: (ms) => 1000 / ms, // of one reading
    chart: chartOf,
    peers: [],
    prepare: async () => {},
    async open() {
      const kernel = await loadKernel();
      mustAgree(kernel);
      const plainCrowd = quick ? 1000 : 10_000;
      return [...(await Promise.all(crowds.map((sensors) => kernelContestant(sensors, readings)))), plainContestant(kernel, plainCrowd, plainReadings)];
    },
  };
}

/** A kernel of its own, so that each has its 4 GiB. */
async function kernelContestant(sensors: number, readings: number): Promise<Contestant> {
  const kernel = await loadKernel();
  const arena = new Arena(kernel);
  const windows = new WindowState(kernel, arena, { spec, root: 0 });
  const stream = new WindowStream(kernel, { sensors, width: WIDTH });
  const emptyBytes = arena.bytes;
  for (const batch of stream.take(Math.ceil((FULL_AFTER_S * sensors) / 10_000) * 10_000)) windows.push(batch);
  const bytes = sensors < 1000 ? "" : `, ${((arena.bytes - emptyBytes) / sensors / 1000).toFixed(1)} kB each`;
  return {
    name: `${sensors.toLocaleString("en")} sensors${bytes}`,
    peer: false,
    async run() {
      let ms = 0;
      for (const batch of stream.take(readings)) {
        const startedMs = performance.now();
        windows.push(batch);
        ms += performance.now() - startedMs;
      }
      return { ms: ms / readings };
    },
  };
}

function plainContestant(kernel: Kernel, sensors: number, readings: number): Contestant {
  const plain = new PlainStatistics({ ...smokeWindows, maxOutOfOrdernessMs: spec.maxOutOfOrdernessMs });
  const stream = new WindowStream(kernel, { sensors, width: WIDTH });
  let isFull = false;
  return {
    name: `plain JavaScript, ${sensors.toLocaleString("en")} sensors`,
    peer: true,
    async run() {
      if (!isFull) for (const batch of stream.take(FULL_AFTER_S * sensors)) plain.push(batch);
      isFull = true;
      let ms = 0;
      for (const batch of stream.take(readings)) {
        const startedMs = performance.now();
        plain.push(batch);
        ms += performance.now() - startedMs;
      }
      return { ms: ms / readings };
    },
  };
}

/** Throws where the kernel and plain JavaScript tell other statistics. */
function mustAgree(kernel: Kernel): void {
  using arena = new Arena(kernel);
  using windows = new WindowState(kernel, arena, { spec, root: 0 });
  const plain = new PlainStatistics({ ...smokeWindows, maxOutOfOrdernessMs: spec.maxOutOfOrdernessMs });
  const ours: StatisticsRecord[] = [];
  const theirs: StatisticsRecord[] = [];
  for (const batch of new WindowStream(kernel, { sensors: 50, width: WIDTH }).take(50_000)) {
    theirs.push(...plain.push(batch));
    ours.push(...recordsOf(windows.push(batch)));
  }
  const odd = ours.findIndex((record, i) => Object.entries(record).some(([name, x]) => !near(x, theirs[i]?.[name])));
  if (odd === -1 && ours.length === theirs.length && ours.length > 0) return;
  throw new MangroveError("MGV_INTERNAL", `Kernel and plain JavaScript differ: ${JSON.stringify(ours[odd])} and ${JSON.stringify(theirs[odd])}. Nothing was timed.`);
}

function recordsOf({ count, sensors, startMs, endMs, aggregates }: WindowResults): StatisticsRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const numbers = Object.fromEntries(Object.keys(statistics).map((name, k) => [name, aggregates[k]![i]!])) as Record<keyof typeof statistics, number>;
    const known = Object.entries(numbers).map(([name, x]): [string, number | null] => [name, Number.isNaN(x) ? null : x]);
    return {
      sensor_id: `sensor-${sensors[i]}`,
      window_start: new Date(startMs[i]!).toISOString(),
      window_end: new Date(endMs[i]!).toISOString(),
      ...Object.fromEntries(known),
      quality_score: qualityScore(numbers),
    };
  });
}

function near(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-9 * Math.abs(a));
}
