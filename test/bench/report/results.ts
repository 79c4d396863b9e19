import type { Result } from "../../../bench/measure.ts";
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
  readings: 1_000_000,
  rows: [
    { kind: "predictions", name: "Mangrove, node", peer: false, guarantee: "exactly once", readings: 1_000_000, cold: of(250_000), warm: null, cpu: of(4), peakMb: 300, checked: "1,000,000 equal", samples: [{ ...sample, warmSeconds: null }] },
    { kind: "predictions", name: "Kafka Streams", peer: true, guarantee: "exactly once", readings: 1_000_000, cold: of(60_000), warm: of(100_000), cpu: of(20), peakMb: 500, checked: "1,000,000 equal", samples: [sample] },
    { kind: "predictions", name: "Faust", peer: true, guarantee: "at least once", readings: 100_000, cold: of(5000), warm: null, cpu: of(300), peakMb: 100, checked: "100,000 equal", samples: [{ ...sample, warmSeconds: null }] },
  ],
  failed: [{ kind: "windows", name: "Quix", reason: "told nothing.\nTraceback" }],
  absent: [{ name: "Bytewax", reason: "absent (needs Python)" }],
};
