import { alloc, at, free, root, setRoot, touch, touchAll, Arena } from "./arena";
import { createTable, growTo, rowAt } from "./table";

/*
 * The sensors of a task, numbered from 0 by the order of their first readings: name to number and back. All of it lies in the arena.
 *
 *   dictionary   u32 table of sensors   u32 table of buckets   u32 buckets   u32 numbers ever given   u32 sensors
 *                u32 free (number + 1)   u32 forgotten (number + 1)   u32 releases
 *
 *   sensor, 20 bytes   u32 hash   u32 next of its bucket (number + 1)   u32 place of the name   u16 bytes of the name   u16 state
 *                      u32 next of the free, or of the forgotten (number + 1)
 *   bucket, 4 bytes    u32 first (number + 1)
 *
 * Buckets grow by one for each sensor that there is more of (W. Litwin, Linear hashing, VLDB 1980): no sensor ever waits for all others to be
 * hashed again. With p the largest power of two up to the number of buckets, a hash belongs to bucket `hash mod 2p`, or `hash mod p` where that
 * bucket is not there yet.
 */

const DICTIONARY_BYTES: u32 = 32;
const SENSOR_BYTES: u32 = 20;
const BUCKETS: usize = 8;
const GIVEN: usize = 12;
const LIVE: usize = 16;
const FREE: usize = 20;
const FORGOTTEN: usize = 24;
const RELEASES: usize = 28;

/** States of a number. */
const UNUSED: u16 = 0;
const KNOWN: u16 = 1;
/** Forgotten in this batch; its name is still there. */
const LEAVING: u16 = 2;
/** Forgotten, then heard again in the same batch; still in the list of the forgotten. */
const STAYING: u16 = 3;

const FIRST_BUCKETS: u32 = 16;

/** Three bytes of UTF-8 for each of the 255 UTF-16 units that a name may have. */
export const LONGEST_NAME: u32 = 765;

/** The dictionary under a root of the arena, which is made if there is none. Returns its place. */
export function open(pointer: usize, number: u32): u32 {
  const arena = changetype<Arena>(pointer);
  const there = root(arena, number);
  if (there) return there;
  const dictionary = alloc(arena, DICTIONARY_BYTES);
  const sensors = createTable(arena, SENSOR_BYTES);
  const buckets = createTable(arena, 4);
  growTo(arena, buckets, FIRST_BUCKETS - 1);
  const header = at(arena, dictionary);
  memory.fill(header, 0, DICTIONARY_BYTES);
  store<u32>(header, sensors);
  store<u32>(header, buckets, 4);
  store<u32>(header, FIRST_BUCKETS, BUCKETS);
  touchAll(arena, dictionary, DICTIONARY_BYTES);
  setRoot(arena, number, dictionary);
  return dictionary;
}

// @ts-ignore: decorator
@inline
function bucketOf(hash: u32, buckets: u32): u32 {
  const p: u32 = 1 << (31 - clz(buckets));
  const wide = hash & (2 * p - 1);
  return wide < buckets ? wide : hash & (p - 1);
}

/** Multiplies and folds eight bytes at a time; the same everywhere, since snapshots hold hashes. */
function hashOf(name: usize, length: u32): u32 {
  let hash: u64 = 0x9e3779b97f4a7c15 * (<u64>length + 1);
  const end = name + <usize>length;
  for (; name + 8 <= end; name += 8) {
    hash = (hash ^ load<u64>(name)) * 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
  }
  let rest: u64 = 0;
  for (; name < end; name++) rest = (rest << 8) | load<u8>(name);
  hash = (hash ^ rest) * 0xd6e8feb86659fd93;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return <u32>(hash >> 32);
}

/** Whether two stretches of `length` bytes are equal; reads nothing beside them. */
function same(a: usize, b: usize, length: u32): bool {
  const end = a + <usize>length;
  for (; a + 8 <= end; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  for (; a < end; a++, b++) if (load<u8>(a) != load<u8>(b)) return false;
  return true;
}

/** The number of a name of 1 to LONGEST_NAME bytes, a new one if the name is new. */
export function numberOf(pointer: usize, dictionary: u32, name: usize, length: u32): u32 {
  const arena = changetype<Arena>(pointer);
  const hash = hashOf(name, length);
  const there = lookUp(arena, dictionary, name, length, hash);
  return there ? there - 1 : add(arena, dictionary, name, length, hash);
}

/** The number of a name, plus one; 0 where nobody has it. */
export function find(pointer: usize, dictionary: u32, name: usize, length: u32): u32 {
  return lookUp(changetype<Arena>(pointer), dictionary, name, length, hashOf(name, length));
}

// @ts-ignore: decorator
@inline
function lookUp(arena: Arena, dictionary: u32, name: usize, length: u32, hash: u32): u32 {
  const header = at(arena, dictionary);
  const sensors = load<u32>(header);
  const bucket = rowAt(arena, load<u32>(header, 4), bucketOf(hash, load<u32>(header, BUCKETS)));
  for (let next = load<u32>(at(arena, bucket)); next; ) {
    const sensor = at(arena, rowAt(arena, sensors, next - 1));
    if (load<u32>(sensor) == hash && <u32>load<u16>(sensor, 12) == length && same(at(arena, load<u32>(sensor, 8)), name, length)) return next;
    next = load<u32>(sensor, 4);
  }
  return 0;
}

function add(arena: Arena, dictionary: u32, name: usize, length: u32, hash: u32): u32 {
  if (length == 0 || length > LONGEST_NAME) unreachable();
  const header = at(arena, dictionary);
  const sensors = load<u32>(header);
  let number = load<u32>(header, FREE);
  if (number) {
    number--;
    store<u32>(header, load<u32>(at(arena, rowAt(arena, sensors, number)), 16), FREE);
  } else {
    number = load<u32>(header, GIVEN);
    growTo(arena, sensors, number);
    store<u32>(header, number + 1, GIVEN);
  }
  const live = load<u32>(header, LIVE) + 1;
  store<u32>(header, live, LIVE);
  touchAll(arena, dictionary, DICTIONARY_BYTES);
  if (live > load<u32>(header, BUCKETS)) addBucket(arena, dictionary);

  const copy = alloc(arena, length);
  memory.copy(at(arena, copy), name, length);
  touchAll(arena, copy, length);
  const bucket = rowAt(arena, load<u32>(header, 4), bucketOf(hash, load<u32>(header, BUCKETS)));
  const row = rowAt(arena, sensors, number);
  const sensor = at(arena, row);
  store<u32>(sensor, hash);
  store<u32>(sensor, load<u32>(at(arena, bucket)), 4);
  store<u32>(sensor, copy, 8);
  store<u16>(sensor, <u16>length, 12);
  store<u16>(sensor, KNOWN, 14);
  store<u32>(sensor, 0, 16);
  touchAll(arena, row, SENSOR_BYTES);
  store<u32>(at(arena, bucket), number + 1);
  touch(arena, bucket);
  return number;
}

/** One bucket more, which takes its part of another one's sensors. */
function addBucket(arena: Arena, dictionary: u32): void {
  const header = at(arena, dictionary);
  const sensors = load<u32>(header);
  const table = load<u32>(header, 4);
  const added = load<u32>(header, BUCKETS);
  growTo(arena, table, added);
  store<u32>(header, added + 1, BUCKETS);
  touch(arena, dictionary + <u32>BUCKETS);
  const split = added - (1 << (31 - clz(added)));
  const from = rowAt(arena, table, split);
  const to = rowAt(arena, table, added);
  let next = load<u32>(at(arena, from));
  store<u32>(at(arena, from), 0);
  touch(arena, from);
  touch(arena, to);
  while (next) {
    const row = rowAt(arena, sensors, next - 1);
    const sensor = at(arena, row);
    const after = load<u32>(sensor, 4);
    const bucket = bucketOf(load<u32>(sensor), added + 1) == added ? to : from;
    store<u32>(sensor, load<u32>(at(arena, bucket)), 4);
    touchAll(arena, row, SENSOR_BYTES);
    store<u32>(at(arena, bucket), next);
    next = after;
  }
}

/** The row of a number that has a name; traps for others. */
function known(arena: Arena, dictionary: u32, number: u32): u32 {
  const header = at(arena, dictionary);
  if (number >= load<u32>(header, GIVEN)) unreachable();
  const row = rowAt(arena, load<u32>(header), number);
  if (load<u16>(at(arena, row), 14) == UNUSED) unreachable();
  return row;
}

/**
 * The number may be given to another name once the next batch has begun, and keeps its name until then. Whoever meets a reading of it
 * before, later in the same batch, must {@link keep} it.
 */
export function forget(pointer: usize, dictionary: u32, number: u32): void {
  const arena = changetype<Arena>(pointer);
  const row = known(arena, dictionary, number);
  const sensor = at(arena, row);
  const state = load<u16>(sensor, 14);
  if (state == LEAVING) return;
  store<u16>(sensor, LEAVING, 14);
  touchAll(arena, row, SENSOR_BYTES);
  if (state == STAYING) return;
  const header = at(arena, dictionary);
  store<u32>(sensor, load<u32>(header, FORGOTTEN), 16);
  store<u32>(header, number + 1, FORGOTTEN);
  touchAll(arena, dictionary, DICTIONARY_BYTES);
}

/** Takes {@link forget} back. Does nothing to a sensor that was not forgotten in this batch. */
export function keep(pointer: usize, dictionary: u32, number: u32): void {
  const arena = changetype<Arena>(pointer);
  const row = known(arena, dictionary, number);
  if (load<u16>(at(arena, row), 14) != LEAVING) return;
  store<u16>(at(arena, row), STAYING, 14);
  touchAll(arena, row, SENSOR_BYTES);
}

/** Begins a batch: the numbers of the forgotten become free. */
export function begin(pointer: usize, dictionary: u32): void {
  const arena = changetype<Arena>(pointer);
  const header = at(arena, dictionary);
  let next = load<u32>(header, FORGOTTEN);
  if (!next) return;
  store<u32>(header, 0, FORGOTTEN);
  while (next) {
    const number = next - 1;
    const row = rowAt(arena, load<u32>(header), number);
    const sensor = at(arena, row);
    next = load<u32>(sensor, 16);
    if (load<u16>(sensor, 14) == LEAVING) release(arena, dictionary, number, row);
    else {
      store<u16>(sensor, KNOWN, 14);
      touchAll(arena, row, SENSOR_BYTES);
    }
  }
  touchAll(arena, dictionary, DICTIONARY_BYTES);
}

function release(arena: Arena, dictionary: u32, number: u32, row: u32): void {
  const header = at(arena, dictionary);
  const sensors = load<u32>(header);
  const sensor = at(arena, row);
  let link = rowAt(arena, load<u32>(header, 4), bucketOf(load<u32>(sensor), load<u32>(header, BUCKETS)));
  while (load<u32>(at(arena, link)) != number + 1) link = rowAt(arena, sensors, load<u32>(at(arena, link)) - 1) + 4;
  store<u32>(at(arena, link), load<u32>(sensor, 4));
  touch(arena, link);
  free(arena, load<u32>(sensor, 8), <u32>load<u16>(sensor, 12));
  store<u16>(sensor, UNUSED, 14);
  store<u32>(sensor, load<u32>(header, FREE), 16);
  touchAll(arena, row, SENSOR_BYTES);
  store<u32>(header, number + 1, FREE);
  store<u32>(header, load<u32>(header, LIVE) - 1, LIVE);
  store<u32>(header, load<u32>(header, RELEASES) + 1, RELEASES);
}

/** Where the name of a number is, UTF-8. */
export function nameAt(pointer: usize, dictionary: u32, number: u32): usize {
  const arena = changetype<Arena>(pointer);
  return at(arena, load<u32>(at(arena, known(arena, dictionary, number)), 8));
}

export function nameBytes(pointer: usize, dictionary: u32, number: u32): u32 {
  const arena = changetype<Arena>(pointer);
  return <u32>load<u16>(at(arena, known(arena, dictionary, number)), 12);
}

/** Writes where the name of each of `rows` numbers is (u32 pointer, u32 bytes) into `table`, 8 bytes a number: see encode/names.ts. */
export function fillNames(pointer: usize, dictionary: u32, numbers: usize, rows: u32, table: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const number = load<u32>(numbers + (row << 2));
    const entry = table + (<usize>number << 3);
    store<u32>(entry, <u32>nameAt(pointer, dictionary, number));
    store<u32>(entry, nameBytes(pointer, dictionary, number), 4);
  }
}

/** How many numbers have become free so far: what was known of numbers is stale when this has changed. */
export function releases(pointer: usize, dictionary: u32): u32 {
  return load<u32>(at(changetype<Arena>(pointer), dictionary), RELEASES);
}

/** Sensors that have a number. */
export function live(pointer: usize, dictionary: u32): u32 {
  return load<u32>(at(changetype<Arena>(pointer), dictionary), LIVE);
}
