import { nameAt, nameBytes } from "../encode/names";
import { copy, grown, moved, PADDING } from "./columns";
import { setBig, COUNT, HEAD_BYTES, LENGTH, LENGTH_END } from "./header";
import { murmur2 } from "./murmur2";
import { sizeOf, write } from "./varint";

/*
 * The batches of one topic that are to be sent, those of a partition one behind the other in a block of its own, each with room for its head; the last one is open.
 * All records of a batch are of the same time, which its head says when it is sealed (seal.ts).
 *
 *   writer      u32 partitions   u32 most bytes of a batch   u32 bytes in all   then for each partition, 20 bytes:
 *   partition   u32 block   u32 room   u32 bytes   u32 where the open batch begins   u32 records of it
 */

const HEADER_BYTES: usize = 12;

@unmanaged
class Writer {
  partitions: u32;
  maxBytes: u32;
  bytes: u32;
}

@unmanaged
class Partition {
  block: usize;
  room: u32;
  bytes: u32;
  start: u32;
  count: u32;
}

const FIRST_ROOM: u32 = 4096;

/** A length that says null. */
const NULL: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function partitionAt(writer: Writer, partition: u32): Partition {
  return changetype<Partition>(changetype<usize>(writer) + HEADER_BYTES + <usize>partition * offsetof<Partition>());
}

export function create(partitions: u32, maxBytes: u32): usize {
  const bytes = HEADER_BYTES + <usize>partitions * offsetof<Partition>();
  const writer = changetype<Writer>(heap.alloc(bytes));
  memory.fill(changetype<usize>(writer), 0, bytes);
  writer.partitions = partitions;
  writer.maxBytes = maxBytes;
  return changetype<usize>(writer);
}

export function destroy(pointer: usize): void {
  const writer = changetype<Writer>(pointer);
  for (let i: u32 = 0; i < writer.partitions; i++) {
    const block = partitionAt(writer, i).block;
    if (block) heap.free(block);
  }
  heap.free(pointer);
}

/** Forgets all batches. */
export function clear(pointer: usize): void {
  const writer = changetype<Writer>(pointer);
  for (let i: u32 = 0; i < writer.partitions; i++) {
    const partition = partitionAt(writer, i);
    partition.bytes = partition.start = partition.count = 0;
  }
  writer.bytes = 0;
}

/** Ends the open batches. */
export function close(pointer: usize): void {
  const writer = changetype<Writer>(pointer);
  for (let i: u32 = 0; i < writer.partitions; i++) cut(partitionAt(writer, i));
}

/** Ends the open batch: its head tells its bytes and records. */
function cut(partition: Partition): void {
  if (!partition.count) return;
  const batch = partition.block + partition.start;
  setBig<u32>(batch + LENGTH, partition.bytes - partition.start - <u32>LENGTH_END);
  setBig<u32>(batch + COUNT, partition.count);
  partition.start = partition.bytes;
  partition.count = 0;
}

/** Adds a record; `keyBytes` and `valueBytes` may be NULL. `headers` are their number and they, or none. Value and headers may be read up to 15 bytes beyond. */
export function add(pointer: usize, number: u32, key: usize, keyBytes: u32, value: usize, valueBytes: u32, headers: usize, headerBytes: u32): void {
  const writer = changetype<Writer>(pointer);
  const partition = partitionAt(writer, number);
  const fixed = 2 + lengthOf(keyBytes) + lengthOf(valueBytes) + max<u64>(headerBytes, 1);
  let body = fixed + sizeOf(partition.count);
  const before = partition.bytes;
  if (partition.count && <u64>(before - partition.start) + sizeOf(<u32>body) + body > <u64>writer.maxBytes) {
    cut(partition);
    body = fixed + 1;
  }
  if (body >= 1 << 31) unreachable();
  ensure(partition, HEAD_BYTES + 5 + body);
  if (!partition.count) partition.bytes += <u32>HEAD_BYTES;

  let out = partition.block + partition.bytes;
  out = write(out, <u32>body);
  store<u16>(out, 0); // no attributes, no time beside the batch's
  out = write(out + 2, partition.count);
  if (keyBytes == NULL) {
    store<u8>(out++, 1);
  } else {
    out = write(out, keyBytes);
    for (let i: usize = 0; i < <usize>keyBytes; i++) store<u8>(out + i, load<u8>(key + i));
    out += keyBytes;
  }
  if (valueBytes == NULL) {
    store<u8>(out++, 1);
  } else {
    out = write(out, valueBytes);
    copy(out, value, valueBytes);
    out += valueBytes;
  }
  if (headerBytes) {
    copy(out, headers, headerBytes);
    out += headerBytes;
  } else {
    store<u8>(out++, 0);
  }
  partition.count++;
  partition.bytes = <u32>(out - partition.block);
  writer.bytes += partition.bytes - before;
}

// @ts-ignore: decorator
@inline
function lengthOf(bytes: u32): u64 {
  return bytes == NULL ? 1 : <u64>sizeOf(bytes) + bytes;
}

function ensure(partition: Partition, more: u64): void {
  const needed = <u64>partition.bytes + more + PADDING;
  if (needed <= <u64>partition.room) return;
  const room = grown(max(partition.room, FIRST_ROOM / 2), needed, 1);
  partition.block = moved(partition.block, partition.bytes, room);
  partition.room = room;
}

/** The partition of a key, as Java's client picks it. */
export function partitionOf(key: usize, keyBytes: u32, partitions: u32): u32 {
  return (murmur2(key, keyBytes) & 0x7fffffff) % partitions;
}

/**
 * Adds records i = 0, 1, … of `values`, values + bounds[i] up to bounds[i + 1] less `trailing` bytes, keyed by the names of their sensors, which are sensors[i] or, unless
 * `rows` is 0, sensors[rows[i]], `limit` in all. Names are as in encode/names.ts. Returns false, with nothing added, where one of them has no name.
 */
export function addNamed(pointer: usize, values: usize, bounds: usize, count: u32, trailing: u32, sensors: usize, rows: usize, limit: u32, names: usize, nameCount: u32): bool {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rows ? load<u32>(rows + (i << 2)) : <u32>i;
    if (row >= limit || load<u32>(sensors + (<usize>row << 2)) >= nameCount) return false;
  }
  const partitions = changetype<Writer>(pointer).partitions;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = rows ? <usize>load<u32>(rows + (i << 2)) : i;
    const sensor = load<u32>(sensors + (row << 2));
    const key = nameAt(names, sensor);
    const keyBytes = nameBytes(names, sensor);
    const from = load<u32>(bounds + (i << 2));
    const bytes = load<u32>(bounds + (i << 2), 4) - from;
    add(pointer, partitionOf(key, keyBytes, partitions), key, keyBytes, values + from, bytes - min(bytes, trailing), 0, 0);
  }
  return true;
}
