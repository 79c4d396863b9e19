import { prepare, destroy as destroyColumns, clear, Columns } from "./columns";
import { crc32c } from "./crc32c";
import { big, ATTRIBUTES, CODEC_BITS, CONTROL, CRC, HEAD_BYTES, LAST_DELTA, LENGTH, LENGTH_END, MAGIC, PRODUCER, TRANSACTIONAL } from "./header";
import { readRecords } from "./records";

/*
 * The batches of one partition, as Kafka sends them, to columns: those that are committed, from an offset on.
 *
 *   aborted   for each aborted transaction, by first offset   i64 producer, NOBODY once it has ended   f64 first offset
 */

const ABORTED_BYTES: usize = 16;
const NOBODY: i64 = i64.MIN_VALUE;
const LAST_OFFSET: i64 = (<i64>1 << 53) - 2;

/** What {@link run} and {@link resume} return. After DECOMPRESS, `section` of the reader is to be decompressed and given to `resume`. */
const DONE: u32 = 0;
const DECOMPRESS: u32 = 1;
const BAD_SUM: u32 = 2;
const BROKEN: u32 = 3;
const OTHER_VERSION: u32 = 4;

/** kernel-as/host/record-batch-reader.ts knows the order of the members. */
@unmanaged
class Reader extends Columns {
  /** The compressed records that the host is asked for. */
  section: usize;
  sectionBytes: u32;
  codec: u32;
  /** Batches from `at` to `end` are still to be read. */
  at: usize;
  end: usize;
  aborted: usize;
  /** Transactions that have begun, and all. */
  begun: u32;
  transactions: u32;
  version: u32;
  /** Offsets: the first that is wanted; the one behind all that was read; of the batch at hand; the least that the next one may have. */
  from: f64;
  next: f64;
  base: f64;
  least: f64;
}

export function create(): usize {
  const reader = changetype<Reader>(heap.alloc(offsetof<Reader>()));
  prepare(reader);
  return changetype<usize>(reader);
}

export function destroy(pointer: usize): void {
  destroyColumns(changetype<Reader>(pointer));
  heap.free(pointer);
}

/** Reads `bytes` at `at`, behind which 64 more may be looked at. What was read before is gone. */
export function run(pointer: usize, at: usize, bytes: u32, aborted: usize, transactions: u32, from: f64): u32 {
  const reader = changetype<Reader>(pointer);
  clear(reader);
  reader.at = at;
  reader.end = at + bytes;
  reader.aborted = aborted;
  reader.begun = 0;
  reader.transactions = transactions;
  reader.from = reader.next = from;
  reader.least = 0;
  return readOn(reader);
}

/** Goes on with the records of the batch at hand, decompressed. */
export function resume(pointer: usize, section: usize, bytes: u32): u32 {
  const reader = changetype<Reader>(pointer);
  return take(reader, section, section + bytes) ? readOn(reader) : BROKEN;
}

function readOn(reader: Reader): u32 {
  while (reader.end - reader.at >= LENGTH_END) {
    const batch = reader.at;
    const left = reader.end - batch;
    reader.base = <f64>big<i64>(batch);
    const length = big<i32>(batch + LENGTH);
    if (length < 0) return BROKEN;
    if (<usize>length > left - LENGTH_END) return DONE;
    if (<usize>length <= MAGIC - LENGTH_END) return BROKEN;
    reader.version = load<u8>(batch + MAGIC);
    if (reader.version != 2) return OTHER_VERSION;
    const end = batch + LENGTH_END + <usize>length;
    if (end < batch + HEAD_BYTES) return BROKEN;
    if (crc32c(batch + ATTRIBUTES, end - batch - ATTRIBUTES) != big<u32>(batch + CRC)) return BAD_SUM;

    const base = big<i64>(batch);
    const lastDelta = <i64>big<i32>(batch + LAST_DELTA);
    if (lastDelta < 0 || base > LAST_OFFSET - lastDelta || reader.base < reader.least) return BROKEN;
    const last = <f64>(base + lastDelta);
    begin(reader, last);
    const attributes = <u32>big<u16>(batch + ATTRIBUTES);
    if (!(attributes & CONTROL) && (reader.from > last || (attributes & TRANSACTIONAL && isAborted(reader, big<i64>(batch + PRODUCER))))) {
      pass(reader);
      continue;
    }
    reader.codec = attributes & CODEC_BITS;
    if (reader.codec) {
      reader.section = batch + HEAD_BYTES;
      reader.sectionBytes = <u32>(end - batch - HEAD_BYTES);
      return DECOMPRESS;
    }
    if (!take(reader, batch + HEAD_BYTES, end)) return BROKEN;
  }
  return DONE;
}

/** Reads the records p…end of the batch at hand, and passes over it. */
function take(reader: Reader, p: usize, end: usize): bool {
  const batch = reader.at;
  if (!(<u32>big<u16>(batch + ATTRIBUTES) & CONTROL)) {
    if (!readRecords(reader, batch, p, end, reader.from)) return false;
  } else {
    const row = reader.count;
    if (!readRecords(reader, batch, p, end, 0)) return false;
    if (reader.count > row) {
      // the key: i16 version, then i16 0 for abort and 1 for commit
      const bounds = reader.keys.bounds + (<usize>row << 2);
      const key = load<u32>(bounds);
      if (load<u32>(bounds, 4) - key < 4) return false;
      if (big<u16>(reader.keys.block + key + 2) == 0) finish(reader, big<i64>(batch + PRODUCER));
      reader.count = row;
    }
  }
  pass(reader);
  return true;
}

function pass(reader: Reader): void {
  const batch = reader.at;
  reader.least = reader.base + <f64>big<i32>(batch + LAST_DELTA) + 1;
  reader.next = max(reader.next, reader.least);
  reader.at = batch + LENGTH_END + <usize>big<u32>(batch + LENGTH);
}

/** Aborted transactions begin that begin at `last` or before. */
function begin(reader: Reader, last: f64): void {
  while (reader.begun < reader.transactions && load<f64>(reader.aborted + <usize>reader.begun * ABORTED_BYTES, 8) <= last) reader.begun++;
}

function isAborted(reader: Reader, producer: i64): bool {
  for (let i: u32 = 0; i < reader.begun; i++) if (load<i64>(reader.aborted + <usize>i * ABORTED_BYTES) == producer) return true;
  return false;
}

function finish(reader: Reader, producer: i64): void {
  for (let i: u32 = 0; i < reader.begun; i++) {
    const transaction = reader.aborted + <usize>i * ABORTED_BYTES;
    if (load<i64>(transaction) == producer) store<i64>(transaction, NOBODY);
  }
}
