import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { headersOf } from "../../kernel-as/host/record-headers.ts";
import { decompress, randomFetch, type RandomFetch } from "../fixtures/random-batches.ts";
import { random } from "../fixtures/random.ts";
import { crc32c, readBatches, type ReadRecord } from "../fixtures/record-batches.ts";
import { mutate } from "./mutate.ts";

export interface BatchesReport {
  /** Fetches that were read, and that were refused. */
  readonly read: number;
  readonly refused: number;
}

/**
 * Reads `runs` fetches, of which three in four are broken, by the kernel and by the oracle: either both give the same records, or both refuse. Throws with the seed otherwise:
 * `fuzzBatches(kernel, 1, seed)` does that one again.
 */
export function fuzzBatches(kernel: Kernel, runs: number, firstSeed: number, onRun: (run: number) => void = () => {}): BatchesReport {
  using reader = new RecordBatchReader(kernel, { decompress });
  let [read, refused] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const seed = firstSeed + run;
    try {
      const fetched = brokenFetch(seed);
      const expected = attempt(() => readBatches(fetched.bytes, { ...fetched, decompress }));
      const found = attempt(() => readByKernel(reader, fetched));
      mustEqual(found, expected);
      if (expected instanceof Error) refused++;
      else read++;
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    onRun(run);
  }
  return { read, refused };
}

/** A fetch that is mutated or cut, mostly with the checksums put right afterwards so that what is wrong is met behind them. */
export function brokenFetch(seed: number): RandomFetch {
  const fetched = randomFetch(seed);
  const next = random(seed ^ 0x5bd1e995);
  if (fetched.bytes.length === 0 || next() < 0.25) return fetched;
  const bytes = next() < 0.3 ? fetched.bytes.slice(0, Math.floor(next() * fetched.bytes.length)) : mutate(fetched.bytes, next);
  if (next() < 0.7) mend(bytes);
  return { ...fetched, bytes };
}

/** Gives each batch the checksum of what it holds, where lengths lead to one. */
function mend(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 61 <= bytes.length; ) {
    const end = at + 12 + view.getInt32(at + 8);
    if (end > bytes.length || end < at + 61) return;
    view.setUint32(at + 17, crc32c(bytes.subarray(at + 21, end)));
    at = end;
  }
}

type Outcome = { readonly records: readonly ReadRecord[]; readonly next: number };

function attempt(read: () => Outcome): Outcome | Error {
  try {
    return read();
  } catch (error) {
    return error as Error;
  }
}

/** What the kernel's reader gives, as the oracle gives it. */
export function readByKernel(reader: RecordBatchReader, { bytes, from, aborted }: Omit<RandomFetch, "starts">): Outcome {
  const { records, next } = reader.read(bytes, { from, aborted });
  const list = Array.from({ length: records?.count ?? 0 }, (_, i): ReadRecord => {
    const { offsets, appendTimesMs, keys, keyBounds, values, bounds } = records!;
    const [key, value] = [keys.slice(keyBounds[i], keyBounds[i + 1]), values.slice(bounds[i], bounds[i + 1])];
    return { offset: offsets[i]!, appendTimeMs: appendTimesMs[i]!, key, value, headers: headersOf(records!, i) };
  });
  return { records: list, next };
}

export function mustEqual(found: Outcome | Error, expected: Outcome | Error): void {
  if (found instanceof Error) {
    if (!(found instanceof MangroveError) || found.code !== "MGV_BROKER") throw found;
    if (!(expected instanceof Error)) throw new Error(`the kernel refuses what the oracle reads: ${found.message}`);
    return;
  }
  if (expected instanceof Error) throw new Error(`the kernel reads what the oracle refuses: ${expected.message}`);
  if (found.next !== expected.next) throw new Error(`next is ${found.next}, the oracle says ${expected.next}`);
  const [ours, theirs] = [found, expected].map(({ records }) => records.map(line)) as [string[], string[]];
  const odd = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => i).find((i) => ours[i] !== theirs[i]);
  if (odd !== undefined) throw new Error(`record ${odd} is ${ours[odd]?.slice(0, 300)}, the oracle says ${theirs[odd]?.slice(0, 300)}`);
}

function line({ offset, appendTimeMs, key, value, headers }: ReadRecord): string {
  const hex = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString("hex") : "null");
  return `${offset} at ${appendTimeMs}: ${hex(key)} = ${hex(value)} ${headers.map(([name, text]) => `${JSON.stringify(name)}: ${hex(text)}`).join(", ")}`;
}
