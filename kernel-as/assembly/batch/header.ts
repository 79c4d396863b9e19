/*
 * The head of a record batch, version 2, big-endian (Kafka protocol guide, "Record Batch"):
 *
 *    0 i64 base offset            16 i8  magic: 2          27 i64 base timestamp      51 i16 producer epoch
 *    8 i32 bytes from here on     17 u32 CRC-32C           35 i64 max timestamp       53 i32 base sequence
 *   12 i32 leader's epoch         21 i16 attributes        43 i64 producer id         57 i32 records
 *                                 23 i32 last offset delta                            61 records
 *
 * "Bytes from here on" are those behind that number; the CRC is of all behind itself. Attributes: bits 0 to 2 codec, 3 append time, 4 transactional, 5 control.
 */

export const LENGTH: usize = 8;
export const LENGTH_END: usize = 12;
export const LEADER_EPOCH: usize = 12;
export const MAGIC: usize = 16;
export const CRC: usize = 17;
export const ATTRIBUTES: usize = 21;
export const LAST_DELTA: usize = 23;
export const BASE_TIME: usize = 27;
export const MAX_TIME: usize = 35;
export const PRODUCER: usize = 43;
export const PRODUCER_EPOCH: usize = 51;
export const SEQUENCE: usize = 53;
export const COUNT: usize = 57;
export const HEAD_BYTES: usize = 61;

export const CODEC_BITS: u32 = 7;
export const APPEND_TIME: u32 = 1 << 3;
export const TRANSACTIONAL: u32 = 1 << 4;
export const CONTROL: u32 = 1 << 5;

/** A big-endian number. */
// @ts-ignore: decorator
@inline
export function big<T>(at: usize): T {
  return bswap<T>(load<T>(at));
}

// @ts-ignore: decorator
@inline
export function setBig<T>(at: usize, value: T): void {
  store<T>(at, bswap<T>(value));
}
