import { bytesOf, long, longBytes, valueOf, varint } from "./varint";
import { big, APPEND_TIME, ATTRIBUTES, BASE_TIME, COUNT, LAST_DELTA, MAX_TIME } from "./header";
import { ensureRows, setText, Columns } from "./columns";
import { LAST_TIME_MS } from "../state/ticker";

/*
 * The records of a batch, one behind the other (Kafka protocol guide, "Record"):
 *
 *   varint bytes from here on   i8 attributes   varlong timestamp delta   varint offset delta   varint bytes of the key (-1: null)   key
 *   varint bytes of the value (-1: null)   value   varint headers   then each: varint bytes of its key   key   varint bytes of its value (-1: null)   value
 */

const LEAST_RECORD: u64 = 7;

/**
 * Adds the records p…end of the batch whose head is at `batch`, those below offset `from` aside, to the columns. False where they are not what the head says, with columns of no use. Reads up to 64
 * bytes beyond `end`, and decides nothing by what is there.
 */
export function readRecords(columns: Columns, batch: usize, p: usize, end: usize, from: f64): bool {
  const records = big<u32>(batch + COUNT);
  if (<u64>records * LEAST_RECORD > <u64>(end - p)) return false;
  ensureRows(columns, records);

  const base = <f64>big<i64>(batch);
  const baseTime = <f64>big<i64>(batch + BASE_TIME);
  const appended = (<u32>big<u16>(batch + ATTRIBUTES) & APPEND_TIME) != 0;
  const appendTime = <f64>big<i64>(batch + MAX_TIME);
  const lastDelta = big<i32>(batch + LAST_DELTA);
  let delta: i32 = -1;
  for (let i: u32 = 0; i < records; i++) {
    let read = varint(p);
    p += bytesOf(read);
    const bytes = <u32>valueOf(read); // a negative one is a large one
    if (!bytesOf(read) || p > end || <usize>bytes > end - p) return false;
    const stop = p + <usize>bytes;

    const timeBytes = longBytes(++p);
    const time = <f64>long(p, timeBytes);
    read = varint(p + timeBytes);
    p += timeBytes + bytesOf(read);
    const isNext = valueOf(read) > delta;
    delta = valueOf(read);
    if (!timeBytes || !bytesOf(read) || !isNext || delta > lastDelta) return false;

    read = varint(p);
    const key = p + bytesOf(read);
    const keyBytes = <u32>max(valueOf(read), 0);
    if (!bytesOf(read) || key > stop || <usize>keyBytes > stop - key) return false;
    read = varint(key + keyBytes);
    const value = key + keyBytes + bytesOf(read);
    const valueBytes = <u32>max(valueOf(read), 0);
    if (!bytesOf(read) || value > stop || <usize>valueBytes > stop - value) return false;
    const headers = value + valueBytes;
    const hasHeaders = headers < stop && load<u8>(headers) != 0;
    if (hasHeaders ? !areHeaders(headers, stop) : headers + 1 != stop) return false;
    p = stop;

    const offset = base + <f64>delta;
    if (offset < from) continue;
    const row = <usize>columns.count;
    store<f64>(columns.offsets + (row << 3), offset);
    const timeMs = appended ? appendTime : baseTime + time;
    store<f64>(columns.times + (row << 3), timeMs >= 0 && timeMs <= LAST_TIME_MS ? timeMs : NaN);
    setText(columns.keys, row, key, keyBytes);
    setText(columns.values, row, value, valueBytes);
    setText(columns.headers, row, headers, hasHeaders ? <u32>(stop - headers) : 0);
    columns.count = <u32>row + 1;
  }
  return p == end;
}

/** Whether p…stop are a number of headers, and these. */
function areHeaders(p: usize, stop: usize): bool {
  let read = varint(p);
  const count = valueOf(read);
  if (!bytesOf(read) || count < 0) return false;
  p += bytesOf(read);
  for (let i: i32 = 0; i < count; i++) {
    read = varint(p);
    p += bytesOf(read);
    if (!bytesOf(read) || p > stop || <usize><u32>valueOf(read) > stop - p) return false; // a header has a key
    p += <usize>valueOf(read);
    read = varint(p);
    p += bytesOf(read);
    const bytes = <usize>max(valueOf(read), 0);
    if (!bytesOf(read) || p > stop || bytes > stop - p) return false;
    p += bytes;
  }
  return p == stop;
}
