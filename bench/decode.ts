import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Decoder } from "../engine/decode/decoder.ts";
import { ReferenceDecoder } from "../engine/decode/reference.ts";
import { RecordBatchBuilder } from "../engine/source/record-batch.ts";
import type { RecordBatch, RecordFormat } from "../engine/source/source.ts";
import { Random } from "../engine/simulator/random.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { loadKernel } from "../kernel-as/host/kernel.ts";
import { smokeSchema } from "../pipelines/smoke-schema.ts";
import type { Bench, Contestant } from "./bench.ts";
import { median } from "./statistics.ts";

/** What messages look like. */
interface Decoding {
  readonly name: string;
  readonly title: string;
  readonly csv: boolean;
  /** Keys in another order in each message. */
  readonly shuffled: boolean;
  /** Numbers with all the digits that an f64 may need, as Python writes what it has computed. */
  readonly long: boolean;
}

const plain = { csv: false, shuffled: false, long: false };

export const decodings: readonly Decoding[] = [
  { ...plain, name: "decode-json", title: "JSON as the original system's producer writes it" },
  { ...plain, name: "decode-long", title: "the same with numbers of 17 digits", long: true },
  { ...plain, name: "decode-shuffled", title: "the same with keys in random order", shuffled: true },
  { ...plain, name: "decode-csv", title: "the same readings as rows of a CSV", csv: true },
];

const SENSORS = 100;
const BATCH = 4096;

/** The keys of a message in their order, with a typical value, its spread and its decimals. */
const KEYS: readonly (readonly [name: string, typical: number, spread: number, decimals: number])[] = [
  ["UTC", 1_654_733_331, 0, 0], ["Temperature[C]", 20, 30, 3], ["Humidity[%]", 57, 20, 2], ["TVOC[ppb]", 0, 900, 0], ["eCO2[ppm]", 400, 100, 0],
  ["Raw H2", 12_306, 900, 0], ["Raw Ethanol", 18_520, 1500, 0], ["Pressure[hPa]", 939, 2, 3], ["PM1.0", 0, 3, 2], ["PM2.5", 0, 3, 2],
  ["NC0.5", 0, 12, 2], ["NC1.0", 0, 2, 3], ["NC2.5", 0, 1, 3], ["CNT", 0, 25_000, 0], ["Fire Alarm", 0, 0, 0],
];

function rowOf(random: Random, index: number, long: boolean): string[] {
  return KEYS.map(([name, typical, spread, decimals]) => {
    if (name === "UTC") return String(typical + index);
    if (name === "Fire Alarm") return random.uniform() < 0.7 ? "1" : "0";
    const x = typical + spread * random.uniform();
    return long && decimals > 0 ? String(x) : String(Number(x.toFixed(decimals)));
  });
}

/** `count` records, each of one of 100 sensors by its key. */
function recordsOf(decoding: Decoding, count: number): RecordBatch[] {
  const random = new Random(1);
  const encoder = new TextEncoder();
  const builder = new RecordBatchBuilder("bench", 0);
  const batches: RecordBatch[] = [];
  for (let i = 0; i < count; i++) {
    const values = rowOf(random, i, decoding.long);
    const order = KEYS.map((_, index) => index);
    if (decoding.shuffled) for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(random.uniform() * (at + 1));
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    const json = () => `{${order.map((at) => `${JSON.stringify(KEYS[at]![0])}: ${KEYS[at]![0] === "Fire Alarm" ? `"${values[at]}"` : values[at]}`).join(", ")}}`;
    builder.add(i, (KEYS[0]![1] + i) * 1000, encoder.encode(`sensor-${i % SENSORS}`), encoder.encode(decoding.csv ? values.join(",") : json()));
    if (builder.count === BATCH) batches.push(builder.take());
  }
  return batches;
}

export function decodeBench(decoding: Decoding, quick: boolean): Bench {
  const count = BATCH * (quick ? 2 : 25);
  const format: RecordFormat = decoding.csv ? { kind: "csv", header: KEYS.map(([name]) => name) } : { kind: "json" };
  const sample = recordsOf(decoding, BATCH)[0]!;
  return {
    name: decoding.name,
    title: `${decoding.title}; 15 keys, ${Math.round(sample.values.length / BATCH)} bytes a message, ${BATCH.toLocaleString("en")} messages a batch, ${SENSORS} sensors`,
    notes: [
      "From the bytes of a batch to f64 columns, labels, event times and sensors' numbers, every value checked for its range. Nothing is timed unless all columns are those of the oracle. A sample is the median of 5 passes. The peer fills the same columns from what JSON.parse (a split of the line for CSV) gives, the bytes decoded once a batch, with the same checks.",
    ],
    unit: "ns a message",
    figure: (ms) => (ms * 1e6) / count,
    peers: [],
    prepare: (folder) => writeFile(join(folder, "ready"), ""),
    async open(folder) {
      await readFile(join(folder, "ready"));
      const batches = recordsOf(decoding, count);
      const decoder = new Decoder(await loadKernel(), smokeSchema, format);
      const peer = parser(decoding.csv);
      const oracle = new ReferenceDecoder(smokeSchema, format);
      for (const records of batches.slice(0, 2)) mustBeEqual(records, oracle.decode(records).batch, [decoder.decode(records).batch, peer(records)]);
      const contestant = (name: string, isPeer: boolean, decode: (records: RecordBatch) => void): Contestant => ({
        name,
        peer: isPeer,
        run: () => {
          const took = Array.from({ length: 5 }, () => {
            const startedMs = performance.now();
            for (const records of batches) decode(records);
            return performance.now() - startedMs;
          });
          return Promise.resolve({ ms: median(took) });
        },
      });
      return [contestant("kernel", false, (records) => decoder.decode(records)), contestant(decoding.csv ? "split" : "JSON.parse", true, peer)];
    },
  };
}

interface Columns {
  readonly columns: readonly ArrayLike<number>[];
  readonly timesMs: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** The same in TypeScript, without the oracle's freedom in spellings: one text for a batch, one object or list of cells for a message. */
function parser(csv: boolean): (records: RecordBatch) => Columns {
  const { fields } = smokeSchema;
  const names = fields.map(({ name }) => name);
  const positions = names.map((name) => KEYS.findIndex(([key]) => key === name));
  const sensors = new Map<string, number>();
  const text = new TextDecoder();
  return ({ count, values, bounds, keys, keyBounds }) => {
    const columns = fields.map(() => new Float64Array(count));
    const timesMs = new Float64Array(count);
    const labels = new Float64Array(count);
    const numbers = new Uint32Array(count);
    const whole = text.decode(values);
    const wholeKeys = text.decode(keys);
    const check = (field: number, value: unknown) => {
      const { min, max } = fields[field]!;
      if (typeof value !== "number" || !(value >= min && value <= max)) throw new Error("out of range");
      return value;
    };
    for (let i = 0; i < count; i++) {
      const line = whole.slice(bounds[i], bounds[i + 1]);
      if (csv) {
        const cells = line.split(",");
        for (let field = 0; field < names.length; field++) columns[field]![i] = check(field, Number(cells[positions[field]!]));
        timesMs[i] = Number(cells[0]) * 1000;
        labels[i] = Number(cells[14]);
      } else {
        const message = JSON.parse(line) as Record<string, number>;
        for (let field = 0; field < names.length; field++) columns[field]![i] = check(field, message[names[field]!]);
        timesMs[i] = message["UTC"]! * 1000;
        labels[i] = Number(message["Fire Alarm"]);
      }
      const sensor = wholeKeys.slice(keyBounds[i], keyBounds[i + 1]);
      let number = sensors.get(sensor);
      if (number === undefined) sensors.set(sensor, (number = sensors.size));
      numbers[i] = number;
    }
    return { columns, timesMs, labels };
  };
}

function mustBeEqual({ count }: RecordBatch, oracle: Columns, others: readonly Columns[]): void {
  const all = ({ columns, timesMs, labels }: Columns) => [...columns, timesMs, labels];
  for (const other of others) {
    all(other).forEach((column, index) => {
      for (let row = 0; row < count; row++) {
        if (!Object.is(column[row], all(oracle)[index]![row])) throw new MangroveError("MGV_INTERNAL", `Column ${index} of record ${row} is ${column[row]}, the oracle says ${all(oracle)[index]![row]}. Nothing was timed.`);
      }
    });
  }
}
