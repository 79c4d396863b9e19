/*
 * The memory of one task's state: what a snapshot copies and a recovery puts back. State is addressed by places, not by pointers, so
 * that it means the same in another process.
 *
 *   place (u32)   ├── segment, 12 bits ──┼── byte in the segment, 20 bits ──┤        0 is no place
 *
 *   segment       1 MiB of kernel memory in pages of 1 KiB; a byte for each page says that it was written since the last snapshot
 *
 * Segment 0 begins with the header: u32 segments, u32 next free byte as a place, u32 roots [64], u32 first free block of each size [40].
 * The allocator's own state is in pages too, so pages are all that there is to a snapshot.
 *
 * Whoever writes into a page must `touch` it. A fold that leaves places alone leaves pages clean.
 */

export const PAGE_BITS: u32 = 10;
const SEGMENT_BITS: u32 = 20;
const SEGMENT_BYTES: u32 = 1 << SEGMENT_BITS;
const SEGMENT_MASK: u32 = SEGMENT_BYTES - 1;
const SEGMENTS: u32 = 4096;
const PAGES: u32 = SEGMENT_BYTES >> PAGE_BITS;

/** Places of the header. */
const SEGMENT_COUNT: u32 = 0;
const NEXT_FREE: u32 = 4;
const ROOTS: u32 = 8;
const FREE_BLOCKS: u32 = 264;
const HEADER_BYTES: u32 = 512;

/** The largest block. */
export const LARGEST: u32 = 1 << 19;

/** Outside of the pages: where segments and their marks lie in this process. */
@unmanaged
export class Arena {
  segments: usize; // pointers
  marks: usize; // pointers to PAGES bytes
}

/** An arena with an empty header. */
export function create(): usize {
  const arena = changetype<Arena>(heap.alloc(offsetof<Arena>()));
  arena.segments = heap.alloc(SEGMENTS * sizeof<usize>());
  arena.marks = heap.alloc(SEGMENTS * sizeof<usize>());
  memory.fill(arena.segments, 0, SEGMENTS * sizeof<usize>());
  memory.fill(arena.marks, 0, SEGMENTS * sizeof<usize>());
  addSegment(arena, 0);
  memory.fill(at(arena, 0), 0, HEADER_BYTES);
  store<u32>(at(arena, SEGMENT_COUNT), 1);
  store<u32>(at(arena, NEXT_FREE), HEADER_BYTES);
  touch(arena, 0);
  return changetype<usize>(arena);
}

/** Gives all of it back. */
export function destroy(pointer: usize): void {
  const arena = changetype<Arena>(pointer);
  for (let segment: usize = 0; segment < <usize>SEGMENTS; segment++) {
    const bytes = load<usize>(arena.segments + segment * sizeof<usize>());
    if (!bytes) continue;
    heap.free(bytes);
    heap.free(load<usize>(arena.marks + segment * sizeof<usize>()));
  }
  heap.free(arena.segments);
  heap.free(arena.marks);
  heap.free(pointer);
}

function addSegment(arena: Arena, segment: u32): void {
  if (segment == SEGMENTS) unreachable();
  const place = <usize>segment * sizeof<usize>();
  const bytes = heap.alloc(SEGMENT_BYTES);
  const marks = heap.alloc(PAGES);
  // what was never written is the same in every process
  memory.fill(bytes, 0, SEGMENT_BYTES);
  memory.fill(marks, 0, PAGES);
  store<u8>(marks, 1); // so that a recovery knows of the segment, whatever of it is written
  store<usize>(arena.segments + place, bytes);
  store<usize>(arena.marks + place, marks);
}

/** Where a place is now. Good until the arena is destroyed: segments do not move. */
// @ts-ignore: decorator
@inline
export function at(arena: Arena, place: u32): usize {
  return load<usize>(arena.segments + (<usize>(place >> SEGMENT_BITS) << 2)) + <usize>(place & SEGMENT_MASK);
}

/** Marks the page of a place as written. */
// @ts-ignore: decorator
@inline
export function touch(arena: Arena, place: u32): void {
  store<u8>(load<usize>(arena.marks + (<usize>(place >> SEGMENT_BITS) << 2)) + <usize>((place & SEGMENT_MASK) >> PAGE_BITS), 1);
}

/** Marks the pages of `bytes` bytes from a place on, at most a page's. */
// @ts-ignore: decorator
@inline
export function touchBoth(arena: Arena, place: u32, bytes: u32): void {
  touch(arena, place);
  touch(arena, place + bytes - 1);
}

/** Marks the pages of `bytes` bytes from a place on, all of one block. */
export function touchAll(arena: Arena, place: u32, bytes: u32): void {
  if (bytes == 0) return;
  const last = (place + bytes - 1) >> PAGE_BITS;
  for (let page = place >> PAGE_BITS; page <= last; page++) touch(arena, page << PAGE_BITS);
}

/** The place that a user of the arena has left under `root` (0…63), 0 at first. */
export function root(arena: Arena, number: u32): u32 {
  return load<u32>(at(arena, ROOTS + (number << 2)));
}

export function setRoot(arena: Arena, number: u32, place: u32): void {
  store<u32>(at(arena, ROOTS + (number << 2)), place);
  touch(arena, ROOTS);
}

/** Sizes of blocks: 16, 32, 48, 64, 96, 128, 192, 256, … 393,216, 524,288. The class of the least that holds `bytes`. */
function classOf(bytes: u32): u32 {
  if (bytes <= 16) return 0;
  if (bytes <= 32) return 1;
  const log = 31 - clz(bytes - 1); // 2^log < bytes <= 2^(log + 1)
  return (log - 4) * 2 + (bytes <= (3 << (log - 1)) ? 0 : 1);
}

function sizeOf(sizeClass: u32): u32 {
  if (sizeClass == 0) return 16;
  const power: u32 = 32 << ((sizeClass - 1) >> 1);
  return sizeClass & 1 ? power : power + (power >> 1);
}

/** The bytes of the block that {@link alloc} gives for `bytes`. */
export function blockBytes(bytes: u32): u32 {
  return sizeOf(classOf(bytes));
}

/** A block of at least `bytes` bytes up to LARGEST, its content undefined, at a multiple of 16. Traps when 4 GiB are used up. */
export function alloc(arena: Arena, bytes: u32): u32 {
  if (bytes > LARGEST) unreachable();
  const sizeClass = classOf(bytes);
  const list = FREE_BLOCKS + (sizeClass << 2);
  const free = load<u32>(at(arena, list));
  if (free) {
    store<u32>(at(arena, list), load<u32>(at(arena, free)));
    touch(arena, list);
    return free;
  }
  const size = sizeOf(sizeClass);
  let next = load<u32>(at(arena, NEXT_FREE));
  const segment = load<u32>(at(arena, SEGMENT_COUNT)) - 1;
  if (next + size > (segment + 1) << SEGMENT_BITS || next >> SEGMENT_BITS != segment) {
    addSegment(arena, segment + 1);
    if (next >> SEGMENT_BITS == segment) keepRest(arena, next, ((segment + 1) << SEGMENT_BITS) - next);
    store<u32>(at(arena, SEGMENT_COUNT), segment + 2);
    next = (segment + 1) << SEGMENT_BITS;
  }
  store<u32>(at(arena, NEXT_FREE), next + size);
  touch(arena, 0);
  return next;
}

/** The end of a segment that is too short for what was asked becomes free blocks. */
function keepRest(arena: Arena, place: u32, bytes: u32): void {
  for (let sizeClass = classOf(LARGEST); ; sizeClass--) {
    const size = sizeOf(sizeClass);
    while (bytes >= size) {
      free(arena, place, size);
      place += size;
      bytes -= size;
    }
    if (sizeClass == 0) return;
  }
}

/** Gives a block back that was asked for with `bytes`. */
export function free(arena: Arena, place: u32, bytes: u32): void {
  const list = FREE_BLOCKS + (classOf(bytes) << 2);
  store<u32>(at(arena, place), load<u32>(at(arena, list)));
  touch(arena, place);
  store<u32>(at(arena, list), place);
  touch(arena, list);
}

/** Segments in use, of 1 MiB each. */
export function segments(pointer: usize): u32 {
  return load<u32>(at(changetype<Arena>(pointer), SEGMENT_COUNT));
}

/** Writes the numbers of pages that were written since the last call into `pages` (u32), at most `most`, and takes their marks away; returns how many. */
export function takeTouched(pointer: usize, pages: usize, most: u32): u32 {
  const arena = changetype<Arena>(pointer);
  const count = segments(pointer);
  let found: u32 = 0;
  for (let segment: u32 = 0; segment < count; segment++) {
    const marks = load<usize>(arena.marks + (<usize>segment << 2));
    for (let page: u32 = 0; page < PAGES; page += 8) {
      if (load<u64>(marks + <usize>page) == 0) continue;
      for (let i: u32 = 0; i < 8; i++) {
        if (load<u8>(marks + <usize>(page + i)) == 0) continue;
        if (found == most) return found;
        store<u8>(marks + <usize>(page + i), 0);
        store<u32>(pages + (<usize>found << 2), segment * PAGES + page + i);
        found++;
      }
    }
  }
  return found;
}

/** Marks every page of the segments in use as written. */
export function touchEverything(pointer: usize): void {
  const arena = changetype<Arena>(pointer);
  const count = segments(pointer);
  for (let segment: u32 = 0; segment < count; segment++) memory.fill(load<usize>(arena.marks + (<usize>segment << 2)), 1, PAGES);
}

/** Where page `page` is, its segment made if it is not there: to be copied from, or filled by a recovery. Traps beyond 4 GiB. */
export function pageAt(pointer: usize, page: u32): usize {
  const arena = changetype<Arena>(pointer);
  const segment = page / PAGES;
  if (segment >= SEGMENTS) unreachable();
  if (!load<usize>(arena.segments + (<usize>segment << 2))) addSegment(arena, segment);
  return at(arena, page << PAGE_BITS);
}

/** A block of the arena for those outside of the kernel; {@link alloc} of them within. */
export function allocPlace(pointer: usize, bytes: u32): u32 {
  return alloc(changetype<Arena>(pointer), bytes);
}

export function freePlace(pointer: usize, place: u32, bytes: u32): void {
  free(changetype<Arena>(pointer), place, bytes);
}

/** Where a place is, its pages marked as written: whoever asks from outside of the kernel may write there. */
export function writablePlace(pointer: usize, place: u32, bytes: u32): usize {
  const arena = changetype<Arena>(pointer);
  touchAll(arena, place, bytes);
  return at(arena, place);
}

export function rootPlace(pointer: usize, number: u32): u32 {
  return root(changetype<Arena>(pointer), number);
}

export function setRootPlace(pointer: usize, number: u32, place: u32): void {
  setRoot(changetype<Arena>(pointer), number, place);
}
