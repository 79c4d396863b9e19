import { writeWhole } from "./decimal";
import { writeTenths } from "./fixed";
import { nameAt, nameBytes } from "./names";
import { writeNumber } from "./number";
import { preparePowers } from "./powers";
import { writeEscaped } from "./text";
import { writeTime } from "./time";

/*
 * Rows of columns as JSON records, by a template that kernel-as/host/template.ts compiles: constant texts with a value of a column after each, and an end.
 *
 *   template   u32 members   u32 room   u32 end's pointer   u32 end's bytes   then the members, 48 bytes each:
 *
 *    0 u32 kind            8 u32 text before it      16 u32 column           24 u32 choices      32 f64 factor
 *    4 u32 source         12 u32 bytes of it         20 u32 1: change it     28 u32 of how many  40 f64 summand       value = column * factor + summand
 *
 *   choices    u32 pointer   u32 bytes   of each
 *
 * Texts have 16 bytes of room behind them, for they are copied by sixteens. `room` is what a record takes at most, names aside.
 */

const HEADER_BYTES: usize = 16;
const MEMBER_BYTES: usize = 48;

const NUMBER: u32 = 0;
const BOOLEAN: u32 = 1;
const NAME: u32 = 2;
const TIME: u32 = 3;
const BARE_TIME: u32 = 4;
const TENTHS: u32 = 5; // anything else is one of its choices

const F64: u32 = 0;
const F32: u32 = 1;
const U32: u32 = 2;

/** A row that is not there was asked for. */
const NO_ROW: u32 = 0xffffffff;

const FIRST_ROOM: u32 = 1 << 16;

/** Bytes of records, in a block that grows. */
@unmanaged
class Output {
  bytes: usize;
  room: u32;
}

export function create(): usize {
  preparePowers();
  const output = changetype<Output>(heap.alloc(offsetof<Output>()));
  output.bytes = heap.alloc(FIRST_ROOM);
  output.room = FIRST_ROOM;
  return changetype<usize>(output);
}

export function destroy(pointer: usize): void {
  heap.free(changetype<Output>(pointer).bytes);
  heap.free(pointer);
}

/** Where the bytes of the last {@link encode} are. */
export function bytesOf(pointer: usize): usize {
  return changetype<Output>(pointer).bytes;
}

/** Room for `more` bytes at `out`; returns where that is then. */
// @ts-ignore: decorator
@inline
function ensure(output: Output, out: usize, more: u32): usize {
  return <u64>(out - output.bytes) + more <= <u64>output.room ? out : grow(output, out, more);
}

function grow(output: Output, out: usize, more: u32): usize {
  const used = <u32>(out - output.bytes);
  const wanted = max<u64>(<u64>output.room * 2, <u64>used + more);
  const room = <u32>min<u64>(wanted, max<u64>(<u64>used + more, 1 << 29));
  const bytes = heap.alloc(room);
  memory.copy(bytes, output.bytes, used);
  heap.free(output.bytes);
  output.bytes = bytes;
  output.room = room;
  return bytes + used;
}

// @ts-ignore: decorator
@inline
function copy(out: usize, text: usize, bytes: u32): usize {
  for (let done: u32 = 0; done < bytes; done += 16) v128.store(out + done, v128.load(text + done));
  return out + bytes;
}

// @ts-ignore: decorator
@inline
function valueOf(member: usize, column: usize, row: usize): f64 {
  const source = load<u32>(member, 4);
  const x = source == F64 ? load<f64>(column + (row << 3)) : source == F32 ? <f64>load<f32>(column + (row << 2)) : source == U32 ? <f64>load<u32>(column + (row << 2)) : <f64>load<u8>(column + row);
  return load<u32>(member, 20) ? x * load<f64>(member, 32) + load<f64>(member, 40) : x;
}

/**
 * Writes `rows` records, of rows 0, 1, … or, unless `picked` is 0, of those that it lists (u32, below `limit`). `columns` are pointers; `names` a table of
 * `nameCount` (see names.ts). `bounds` gets rows + 1 u32: record i is bounds[i]…bounds[i + 1] of {@link bytesOf}. Returns the bytes in all, or NO_ROW.
 */
export function encode(pointer: usize, template: usize, rows: u32, picked: usize, limit: u32, columns: usize, names: usize, nameCount: u32, bounds: usize): u32 {
  const output = changetype<Output>(pointer);
  const end = template + HEADER_BYTES + <usize>load<u32>(template) * MEMBER_BYTES;
  const room = load<u32>(template, 4);
  const last = <usize>load<u32>(template, 8);
  const lastBytes = load<u32>(template, 12);
  let out = output.bytes;
  store<u32>(bounds, 0);
  for (let i: usize = 0; i < <usize>rows; i++) {
    const row = picked ? <usize>load<u32>(picked + (i << 2)) : i;
    if (row >= <usize>limit) return NO_ROW;
    out = ensure(output, out, room);
    for (let member = template + HEADER_BYTES; member < end; member += MEMBER_BYTES) {
      out = copy(out, <usize>load<u32>(member, 8), load<u32>(member, 12));
      const column = <usize>load<u32>(columns + (<usize>load<u32>(member, 16) << 2));
      const kind = load<u32>(member);
      if (kind == NUMBER) {
        if (load<u32>(member, 4) == U32) out = writeWhole(out, load<u32>(column + (row << 2)));
        else out = writeNumber(out, valueOf(member, column, row));
      } else if (kind == NAME) {
        const number = load<u32>(column + (row << 2));
        if (number < nameCount) {
          const bytes = nameBytes(names, number);
          out = ensure(output, out, room + 6 * bytes);
          out = writeEscaped(out, nameAt(names, number), bytes);
        }
      } else if (kind == TIME) {
        store<u8>(out, 34);
        const after = writeTime(out + 1, load<f64>(column + (row << 3)));
        if (after) store<u8>(after, 34);
        out = after ? after + 1 : writeNumber(out, NaN);
      } else if (kind == BARE_TIME) {
        const after = writeTime(out, load<f64>(column + (row << 3)));
        out = after ? after : writeNumber(out, NaN);
      } else if (kind == TENTHS) {
        out = writeTenths(out, valueOf(member, column, row));
      } else {
        const choice = kind == BOOLEAN ? u32(load<u8>(column + row) != 0) : <u32>load<u8>(column + row);
        if (choice >= load<u32>(member, 28)) {
          out = writeNumber(out, NaN);
          continue;
        }
        const text = <usize>load<u32>(member, 24) + (<usize>choice << 3);
        out = copy(out, <usize>load<u32>(text), load<u32>(text, 4));
      }
    }
    out = copy(out, last, lastBytes);
    store<u32>(bounds + (i << 2), <u32>(out - output.bytes), 4);
  }
  return <u32>(out - output.bytes);
}
