import type { HttpResult } from "../../../bench/http/command.ts";
import type { Load } from "../../../bench/http/load.ts";
import { pairedOf } from "../../../bench/http/pairs.ts";
import type { KafkaResult } from "../../../bench/kafka/command.ts";
import type { Result } from "../../../bench/measure.ts";
import type { PageResult } from "../../../bench/page/command.ts";
import type { StreamsResult } from "../../../bench/streams/command.ts";

const began = { date: "2026-01-02T03:04:05.000Z", commit: "0123456789abcdef0123+", machine: { cpu: "a <fast> machine", cores: 2, load: 0.25 } };

/** A result as `npm run bench -- decode-json` leaves it. */
export const decoded: Result = {
  ...began,
  bench: "decode-json",
  title: "messages to columns",
  notes: ["A note."],
  unit: "ns a message",
  runs: 2,
  isWhole: true,
  rows: [
    { name: "kernel", host: "Node 24.1.0", peer: false, median: 200, min: 190, max: 210, timesAsFast: { "JSON.parse": 4 }, samples: [{ ms: 190 }, { ms: 210 }] },
    { name: "JSON.parse", host: "Node 24.1.0", peer: true, median: 800, min: 700, max: 900, timesAsFast: {}, samples: [{ ms: 700 }, { ms: 900 }] },
  ],
  absent: [{ name: "XGBoost", reason: "absent (needs it)" }],
};

const of = (median: number) => ({ median, min: median * 0.9, max: median * 1.1 });
const sample = { seconds: 4, warmSeconds: 1, cpuSeconds: 8, peakMb: 300, records: 1_000_000 };

/** A result as `npm run bench -- streams` leaves it. */
export const streamed: StreamsResult = {
  ...began,
  bench: "streams",
  title: "stream processors",
  runs: 2,
  isWhole: true,
  readings: 1_000_000,
  rows: [
    { kind: "predictions", name: "Mangrove, node", peer: false, guarantee: "exactly once", readings: 1_000_000, cold: of(250_000), warm: null, cpu: of(4), peakMb: 300, checked: "1,000,000 equal", samples: [{ ...sample, warmSeconds: null }] },
    { kind: "predictions", name: "Kafka Streams", peer: true, guarantee: "exactly once", readings: 1_000_000, cold: of(60_000), warm: of(100_000), cpu: of(20), peakMb: 500, checked: "1,000,000 equal", samples: [sample] },
    { kind: "predictions", name: "Faust", peer: true, guarantee: "at least once", readings: 100_000, cold: of(5000), warm: null, cpu: of(300), peakMb: 100, checked: "100,000 equal", samples: [{ ...sample, warmSeconds: null }] },
  ],
  failed: [{ kind: "windows", name: "Quix", reason: "told nothing.\nTraceback" }],
  absent: [{ name: "Bytewax", reason: "absent (needs Python)" }],
};

/** A result as `npm run bench -- kafka` leaves it. */
export const onKafka: KafkaResult = {
  ...began,
  runs: 2,
  isWhole: true,
  readings: 1_000_000,
  rates: [
    { pipeline: "predictions", host: "node", median: 200_000, min: 190_000, max: 210_000, samples: [190_000, 210_000], cpuSeconds: 6 },
    { pipeline: "predictions", host: "bun", median: 180_000, min: 170_000, max: 190_000, samples: [170_000, 190_000], cpuSeconds: 5 },
    { pipeline: "predictions", host: "Kafka Streams", median: 100_000, min: 90_000, max: 110_000, samples: [90_000, 110_000], cpuSeconds: 17.25 },
    { pipeline: "predictions", host: "Kafka Streams, second half", median: 125_000, min: 120_000, max: 130_000, samples: [120_000, 130_000], cpuSeconds: null },
    { pipeline: "alerts", host: "deno", median: 220_000, min: 210_000, max: 230_000, samples: [210_000, 230_000], cpuSeconds: 5.5 },
  ],
  latencies: [{ runtime: "deno", intervalMs: 100, rate: 20_000, p50: 60, p99: 114, max: 170, predictions: 40_000 }],
  restores: [{ runtime: "bun", sensors: 100_000, readingsEach: 10, seconds: 0.834 }],
};

const load = (requestsPerSecond: number, p99Ms: number, failures = 0): Load => ({ requestsPerSecond, p50Ms: 1, p99Ms, failures });

/** A result as `npm run bench -- http` leaves it. */
export const served: HttpResult = {
  ...began,
  bench: "http",
  runs: 3,
  seconds: 5,
  isWhole: true,
  predict: [{ runtime: "node", ...pairedOf([40_000, 50_000, 60_000].map((rate) => ({ ours: load(rate / 2, 4), peer: load(rate, 2) }))) }],
  batch: [{ runtime: "bun", readingsPerSecond: 450_000, min: 400_000, max: 500_000, samples: [400_000, 450_000, 500_000] }],
  steady: [{ runtime: "deno", ...load(2000, 8) }],
  peers: [{ name: "Flask", runtime: "node", ...pairedOf([{ ours: load(30_000, 4), peer: load(165, 200) }]) }],
  soaks: [],
};

/** A result as `npm run bench -- page` leaves it. */
export const looked: PageResult = {
  ...began,
  bench: "page",
  browser: "Chromium 140.0",
  sensors: 1000,
  loads: [{ bytes: 46_000, firstPaintMs: 132 }, { bytes: 46_000, firstPaintMs: 360 }, { bytes: 47_000, firstPaintMs: 200 }],
  watched: [{ tasks: 10_822, longestTaskMs: 26.5, longestTaskByClockMs: 172 }],
};
