import { crc32c } from "./crc32c";
import { setBig, ATTRIBUTES, BASE_TIME, COUNT, CRC, LAST_DELTA, LEADER_EPOCH, LENGTH, LENGTH_END, MAGIC, MAX_TIME, PRODUCER, PRODUCER_EPOCH, SEQUENCE } from "./header";

/** Writes the head of a batch of `count` records, `bytes` long with the head, all of them of one time, and its sum. */
export function seal(batch: usize, bytes: u32, count: u32, attributes: u32, timeMs: f64, producer: i64, epoch: i32, sequence: i32): void {
  setBig<i64>(batch, 0);
  setBig<u32>(batch + LENGTH, bytes - <u32>LENGTH_END);
  setBig<i32>(batch + LEADER_EPOCH, -1);
  store<u8>(batch + MAGIC, 2);
  setBig<u16>(batch + ATTRIBUTES, <u16>attributes);
  setBig<u32>(batch + LAST_DELTA, count - 1);
  setBig<i64>(batch + BASE_TIME, <i64>timeMs);
  setBig<i64>(batch + MAX_TIME, <i64>timeMs);
  setBig<i64>(batch + PRODUCER, producer);
  setBig<i16>(batch + PRODUCER_EPOCH, <i16>epoch);
  setBig<i32>(batch + SEQUENCE, sequence);
  setBig<u32>(batch + COUNT, count);
  setBig<u32>(batch + CRC, crc32c(batch + ATTRIBUTES, <usize>bytes - ATTRIBUTES));
}
