/*
 * CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), sixteen bytes at a time: table k says what a byte does that k more bytes follow.
 */

const POLYNOMIAL: u32 = 0x82f63b78;
const TABLES: u32 = 16;
const TABLE_BYTES: usize = 1024;

const tables: usize = memory.data(16384, 16);
let prepared: bool = false;

function prepare(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    store<u32>(tables + (<usize>byte << 2), crc);
  }
  for (let at = tables + TABLE_BYTES; at < tables + TABLE_BYTES * TABLES; at += 4) {
    const before = load<u32>(at - TABLE_BYTES);
    store<u32>(at, (before >> 8) ^ load<u32>(tables + (<usize>(before & 255) << 2)));
  }
  prepared = true;
}

// @ts-ignore: decorator
@inline
function shifted(table: usize, byte: u32): u32 {
  return load<u32>(tables + table * TABLE_BYTES + (<usize>(byte & 255) << 2));
}

/** What the four bytes of `word` do that `table` bytes follow. */
// @ts-ignore: decorator
@inline
function folded(word: u32, table: usize): u32 {
  return shifted(table + 3, word) ^ shifted(table + 2, word >> 8) ^ shifted(table + 1, word >> 16) ^ shifted(table, word >> 24);
}

export function crc32c(at: usize, bytes: usize): u32 {
  if (!prepared) prepare();
  let crc: u32 = 0xffffffff;
  const end = at + bytes;
  for (; at + 16 <= end; at += 16) {
    crc = folded(load<u32>(at, 4), 8) ^ folded(load<u32>(at, 8), 4) ^ folded(load<u32>(at, 12), 0) ^ folded(load<u32>(at) ^ crc, 12);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ shifted(0, crc ^ <u32>load<u8>(at));
  return ~crc;
}
