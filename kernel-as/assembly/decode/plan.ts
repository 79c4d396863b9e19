import { isAt } from "./text";

/*
 * What a schema asks of a message, written by host/decode-table.ts. A *key* is a spelling that means something to the schema; a message fills the cells of its keys, and
 * only when all of it is read do fields, time, sensor and label take theirs: the first of their spellings that the message has. So neither the
 * order of the keys nor their doubles need thought (the last of two equal keys wins, as in JSON.parse).
 *
 *   tags     u8 by key: what the cell holds, see below
 *   cells    f64 value, u32 first byte, u32 length of what stands there       16 bytes by key; strings without their quotes
 *
 *   field    f64 min   f64 max   u32 what may be missing   u32 key   u32 other spellings   u32 pointer to their keys (u32 each)   32 bytes
 *   entry    u32 literal   u32 bytes   u32 key   u32 the entry that followed it last                                             16 bytes
 *            one way in which a JSON text writes a key, quotes included; literals and names are padded by 16 bytes. Entry 0 stands for the beginning of a
 *            message, has no literal and no key.
 *   name     u32 pointer   u32 bytes   u32 key + 1   u32 first entry of the key                          16 bytes; a hash table of the keys, open addressing
 *   column   u32 key + 1, or 0 for a column that nobody asks for                                         CSV, by position
 */

@unmanaged
export class Plan {
  fields: u32; // 0
  fieldsAt: usize; // 4
  keys: u32; // 8: a multiple of 16
  tags: usize; // 12
  cells: usize; // 16
  entries: u32; // 20
  entriesAt: usize; // 24
  names: usize; // 28
  namesMask: u32; // 32
  columns: u32; // 36; 0: JSON
  columnsAt: usize; // 40
  times: u32; // 44
  timesAt: usize; // 48
  sensors: u32; // 52
  sensorsAt: usize; // 56
  labelAt: usize; // 60: the one key of the label
  unitMs: f64; // 64
  maxAheadMs: f64; // 72
  scratch: usize; // 80: SCRATCH bytes
  heard: usize; // 84: see heard.ts
  releases: u32; // 88
}

/** What a cell holds. */
export const ABSENT: u8 = 0;
export const NUMBER: u8 = 1;
/** `null`, or an empty CSV cell. */
export const NULL: u8 = 2;
/** The four letters NULL, in quotes or in a CSV cell. */
export const NULL_TEXT: u8 = 3;
export const TEXT: u8 = 4;
/** Text that is to be unescaped before it means anything. */
export const ESCAPED: u8 = 5;
export const FALSE: u8 = 6;
export const TRUE: u8 = 7;
/** An object or an array. */
export const NESTED: u8 = 8;

/** What a field may lack. */
export const NEVER: u32 = 0;
export const MAY_BE_ABSENT: u32 = 2;

/** Escaped strings that mean something may be this long; longer ones are left to the oracle. */
export const SCRATCH: u32 = 1024;

// @ts-ignore: decorator
@inline
export function setCell(plan: Plan, key: u32, tag: u8, first: usize, length: usize): void {
  store<u8>(plan.tags + <usize>key, tag);
  store<u64>(plan.cells + (<usize>key << 4), <u64>first | (<u64>length << 32), 8);
}

/** Reads up to 7 bytes past a shorter name, never judging by them. */
function hashOf(name: usize, length: u32): u32 {
  let low = load<u64>(name);
  let high: u64 = 0;
  if (length < 8) low = length == 0 ? 0 : low << (64 - (<u64>length << 3));
  else high = load<u64>(name + <usize>length - 8);
  const hash = (low * 0x9e3779b97f4a7c15) ^ (high * 0xd6e8feb86659fd93) ^ (<u64>length << 56);
  return <u32>(hash >> 32) ^ <u32>(hash >> 53);
}

/** The table's row of a key's name, or 0. */
export function findName(plan: Plan, name: usize, length: u32): usize {
  let at = hashOf(name, length) & plan.namesMask;
  while (true) {
    const row = plan.names + (<usize>at << 4);
    if (!load<u32>(row, 8)) return 0;
    if (load<u32>(row, 4) == length && isAt(name, load<u32>(row), length)) return row;
    at = (at + 1) & plan.namesMask;
  }
}

/** Puts a name that is not there yet into the table, which has room. */
export function addName(pointer: usize, name: usize, length: u32, key: u32, entry: u32): void {
  const plan = changetype<Plan>(pointer);
  let at = hashOf(name, length) & plan.namesMask;
  while (load<u32>(plan.names + (<usize>at << 4), 8)) at = (at + 1) & plan.namesMask;
  const row = plan.names + (<usize>at << 4);
  store<u32>(row, <u32>name);
  store<u32>(row, length, 4);
  store<u32>(row, key + 1, 8);
  store<u32>(row, entry, 12);
}
