import { OPERATION, type PackedTree } from "../pack/packed-tree.ts";
import type { Form } from "./form.ts";
import { WasmWriter } from "./wasm-writer.ts";

/*
 * One straight-line WASM module for one forest: what assembly/interpret.ts reads from a table is written out as code.
 *
 *   add(bins, end, sums, leaves, pool, scratch)     for rows from `bins` to `end`, in steps of 16
 *     for four trees at a time, one function each:
 *       leaf numbers of each tree, by operation:  choose(left, right, columns[bins] > i)      → scratch
 *       for each row:  sums[row] += leaf of tree 0, += leaf of tree 1, …                       in the trees' order
 *
 * `bins`: columns of `columnBytes` each. `sums`: [outputs][columnBytes] numbers. `pool`: 256 vectors, each of its own number.
 */

/** Trees whose leaves are added in one pass over the rows. */
const TREES_A_FUNCTION = 4;

/** Bytes of scratch memory that `add` uses. */
export const SCRATCH_BYTES = TREES_A_FUNCTION * 16;

const BINS = 0;
const END = 1;
const SUMS = 2;
const LEAVES = 3;
const POOL = 4;
const SCRATCH = 5;
const PARAMETERS = 6;

const Code = {
  loop: 0x03, end: 0x0b, branchIf: 0x0d, call: 0x10, get: 0x20, set: 0x21, tee: 0x22,
  loadF32: 0x2a, loadF64: 0x2b, loadU8: 0x2d, storeF32: 0x38, storeF64: 0x39, constant: 0x41,
  lessU: 0x49, add: 0x6a, shiftLeft: 0x74, addF32: 0x92, addF64: 0xa0, vector: 0xfd,
} as const;

/** Second bytes after `vector`. */
const Vector = { load: 0, store: 11, constant: 12, greater: 39, and: 78, sub: 113, max: 121, laneselect: 0x109 } as const;

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY = 0x40;

/** The module's bytes; the same trees and form give the same bytes. Imports `kernel.memory`, exports `add`. */
export function forestModule(trees: readonly PackedTree[], columnBytes: number, form: Form): Uint8Array<ArrayBuffer> {
  const writer = new WasmWriter();
  const functions = groupsOf(trees);
  writer.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  writer.section(1, () => writer.bytes([1, 0x60, PARAMETERS, ...new Array<number>(PARAMETERS).fill(I32), 0]));
  writer.section(2, () => {
    writer.u32(1);
    writer.name("kernel");
    writer.name("memory");
    writer.bytes([2, 0, 1]);
  });
  writer.section(3, () => {
    writer.u32(functions.length + 1);
    for (let i = 0; i <= functions.length; i++) writer.u32(0);
  });
  writer.section(7, () => {
    writer.u32(1);
    writer.name("add");
    writer.byte(0);
    writer.u32(functions.length);
  });
  writer.section(10, () => {
    writer.u32(functions.length + 1);
    let leaf = 0;
    for (const group of functions) {
      writer.sized(() => new FunctionWriter(writer, form, columnBytes).write(group, leaf));
      for (const { values } of group) leaf += values.byteLength;
    }
    writer.sized(() => writeCalls(writer, functions.length));
  });
  return writer.finish();
}

/** Neighbours that add to the same output, four at most. */
function groupsOf(trees: readonly PackedTree[]): PackedTree[][] {
  const groups: PackedTree[][] = [];
  for (const tree of trees) {
    const last = groups.at(-1);
    if (last !== undefined && last.length < TREES_A_FUNCTION && last[0]!.output === tree.output) last.push(tree);
    else groups.push([tree]);
  }
  return groups;
}

function writeCalls(writer: WasmWriter, functions: number): void {
  writer.u32(0);
  for (let i = 0; i < functions; i++) {
    for (let parameter = 0; parameter < PARAMETERS; parameter++) writer.bytes([Code.get, parameter]);
    writer.byte(Code.call);
    writer.u32(i);
  }
  writer.byte(Code.end);
}

/** The function of a few trees. */
class FunctionWriter {
  readonly #writer: WasmWriter;
  readonly #form: Form;
  readonly #columnBytes: number;

  constructor(writer: WasmWriter, form: Form, columnBytes: number) {
    this.#writer = writer;
    this.#form = form;
    this.#columnBytes = columnBytes;
  }

  /** `leaf`: where the leaves of the first tree are, in bytes from LEAVES. */
  write(trees: readonly PackedTree[], leaf: number): void {
    const writer = this.#writer;
    const plans = trees.map(localsOf);
    writer.u32(1);
    writer.u32(Math.max(...plans.map(({ count }) => count)));
    writer.byte(V128);
    writer.bytes([Code.loop, EMPTY]);
    trees.forEach((tree, i) => this.#evaluate(tree, plans[i]!.local, i * 16));
    this.#addLeaves(trees, leaf);
    const width = trees[0]!.values.BYTES_PER_ELEMENT;
    this.#advance(SUMS, 16 * width);
    writer.bytes([Code.set, SUMS]);
    this.#advance(BINS, 16);
    writer.bytes([Code.tee, BINS, Code.get, END, Code.lessU, Code.branchIf, 0, Code.end, Code.end]);
  }

  #advance(local: number, by: number): void {
    this.#writer.bytes([Code.get, local, Code.constant]);
    this.#writer.s32(by);
    this.#writer.byte(Code.add);
  }

  /** Stores the leaf numbers of a tree at `to` of the scratch memory. */
  #evaluate(tree: PackedTree, local: Uint16Array, to: number): void {
    const last = tree.column.length - 1;
    const of = (operation: number) => PARAMETERS + local[operation]!;
    for (let i = 0; i <= last; i++) {
      if (i === last) this.#local(Code.get, SCRATCH);
      this.#choose(tree.left[i]!, tree.right[i]!, of, () => {
        this.#access(Vector.load, BINS, tree.column[i]! * this.#columnBytes);
        this.#constant(tree.index[i]! ^ 128);
        this.#vector(Vector.greater);
      });
      if (i === last) this.#memory(Vector.store, to);
      else this.#local(Code.set, of(i));
    }
  }

  /** The leaf number of a node: that of `right` where the mask is set, else that of `left`. */
  #choose(left: number, right: number, localOf: (operation: number) => number, mask: () => void): void {
    const push = (reference: number) => {
      if (reference < OPERATION) this.#constant(reference);
      else this.#local(Code.get, localOf(reference - OPERATION));
    };
    if (left < OPERATION && right < OPERATION) {
      push(left); // right is one more, and a set mask is -1
      mask();
      this.#vector(Vector.sub);
    } else if (this.#form.choice === "laneselect") {
      push(right);
      push(left);
      mask();
      this.#vector(Vector.laneselect);
    } else {
      push(left);
      push(right);
      mask();
      this.#vector(Vector.and);
      this.#vector(Vector.max);
    }
  }

  #addLeaves(trees: readonly PackedTree[], leaf: number): void {
    const writer = this.#writer;
    const { values, output } = trees[0]!;
    const wide = values instanceof Float64Array;
    const width = values.BYTES_PER_ELEMENT;
    const align = wide ? 3 : 2;
    for (let row = 0; row < 16; row++) {
      const sum = (output * this.#columnBytes + row) * width;
      writer.bytes([Code.get, SUMS, Code.get, SUMS, wide ? Code.loadF64 : Code.loadF32, align]);
      writer.u32(sum);
      let at = leaf;
      trees.forEach((tree, i) => {
        writer.bytes([Code.get, LEAVES, Code.get, SCRATCH, Code.loadU8, 0]);
        writer.u32(i * 16 + row);
        writer.bytes([Code.constant, align, Code.shiftLeft, Code.add, wide ? Code.loadF64 : Code.loadF32, align]);
        writer.u32(at);
        writer.byte(wide ? Code.addF64 : Code.addF32);
        at += tree.values.byteLength;
      });
      writer.bytes([wide ? Code.storeF64 : Code.storeF32, align]);
      writer.u32(sum);
    }
  }

  #constant(byte: number): void {
    if (this.#form.constants === "pool") return this.#access(Vector.load, POOL, byte * 16);
    this.#vector(Vector.constant);
    for (let i = 0; i < 16; i++) this.#writer.byte(byte);
  }

  #access(operation: number, base: number, offset: number): void {
    this.#local(Code.get, base);
    this.#memory(operation, offset);
  }

  #memory(operation: number, offset: number): void {
    this.#vector(operation);
    this.#writer.u32(4);
    this.#writer.u32(offset);
  }

  #vector(operation: number): void {
    this.#writer.byte(Code.vector);
    this.#writer.u32(operation);
  }

  #local(code: number, local: number): void {
    this.#writer.byte(code);
    this.#writer.u32(local);
  }
}

/** A local for the result of every operation, free again once it is used: as many as results wait at the same time. */
function localsOf({ left, right }: PackedTree): { local: Uint16Array; count: number } {
  const local = new Uint16Array(left.length);
  let waiting = 0;
  let count = 1;
  for (let i = 0; i < left.length; i++) {
    // in post-order the results that are used are those on top
    waiting -= Number(left[i]! >= OPERATION) + Number(right[i]! >= OPERATION);
    local[i] = waiting++;
    count = Math.max(count, waiting);
  }
  return { local, count };
}
