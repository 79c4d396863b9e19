import { MangroveError } from "../errors.ts";
import { Blocks } from "./blocks.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";
import { piecesOf, type Kind, type Piece, type Template } from "./template.ts";

/** Columns by name; entry `i` of each is row `i`. Those that are views of the kernel's memory are not copied. */
export type Columns = Readonly<Record<string, Float64Array | Float32Array | Uint32Array | Uint8Array>>;

/** The texts of sensors' numbers: a table in kernel memory as drawn in assembly/encode/names.ts. */
export interface Names {
  readonly pointer: number;
  readonly count: number;
}

/** Record `i` is bytes bounds[i]…bounds[i + 1]. Views, good until the kernel runs again. */
export interface EncodedRecords {
  readonly bytes: Uint8Array;
  readonly bounds: Uint32Array;
}

const HEADER_BYTES = 16;
const MEMBER_BYTES = 48;

/** Texts are copied, and numbers and times written, beyond their ends: assembly/encode/record.ts. */
const TEXT_ROOM = 16;
const END_ROOM = 64;

/** Least bytes of what the kernel writes: `-0.0000012345678901234567`, a time with its marks. Longest tenths have 18 digits. */
const LONGEST_NUMBER = 25;
const LONGEST_TIME = 32;

const kinds: Readonly<Record<Kind, { code: number; source: number; array: { new (length: number): Columns[string]; readonly BYTES_PER_ELEMENT: number } }>> = {
  f64: { code: 0, source: 0, array: Float64Array },
  f32: { code: 0, source: 1, array: Float32Array },
  u32: { code: 0, source: 2, array: Uint32Array },
  boolean: { code: 1, source: 3, array: Uint8Array },
  sensor: { code: 2, source: 2, array: Uint32Array },
  time: { code: 3, source: 0, array: Float64Array },
  choice: { code: 6, source: 3, array: Uint8Array },
  tenths: { code: 5, source: 1, array: Float32Array },
};
const BARE_TIME = 4;

/** Rows of columns as JSON, the bytes that JSON.stringify would make of an object for each. */
export class RecordEncoder implements Disposable {
  readonly #kernel: Kernel;
  readonly #template: number;
  readonly #records: number;
  readonly #columns: readonly { name: string; kind: Kind }[];
  readonly #needsNames: boolean;
  readonly #blocks: Blocks;
  readonly #input: Scratch;
  readonly #bounds: Scratch;

  /** `after` is written behind each record. Throws `MGV_ARGUMENT` for a template that holds the same column under two types. */
  constructor(kernel: Kernel, template: Template, options: { after?: string } = {}) {
    this.#kernel = kernel;
    this.#input = new Scratch(kernel);
    this.#bounds = new Scratch(kernel);
    this.#blocks = new Blocks(kernel);
    const { pieces, end } = piecesOf(template);
    this.#columns = columnsOf(pieces);
    this.#needsNames = pieces.some(({ member }) => member.kind === "sensor");
    this.#template = this.#compile(pieces, end + (options.after ?? ""));
    this.#records = kernel.run("begin to write records", () => kernel.calls.recordsCreate() >>> 0);
  }

  /**
   * `rows` is how many, or which of them in which order. `names` must be there where the template has a sensor; a number beyond its count is written as "".
   * Throws `MGV_ARGUMENT` for columns that are missing, short or of another type, and `MGV_KERNEL` above 1 GiB of records.
   */
  encode(columns: Columns, rows: number | Uint32Array, names?: Names): EncodedRecords {
    const count = typeof rows === "number" ? rows : rows.length;
    const given = this.#columns.map(({ name, kind }) => checked(columns[name], name, kind, typeof rows === "number" ? rows : 0));
    if (this.#needsNames && !names) throw new MangroveError("MGV_ARGUMENT", "The records name their sensors: encode needs names.");
    const limit = typeof rows === "number" ? count : Math.min(...given.map(({ length }) => length), 2 ** 32 - 1);
    const arrays = typeof rows === "number" ? given : [...given, rows];
    const { list, pointers } = place(this.#kernel, this.#input, arrays);
    const picked = typeof rows === "number" ? 0 : pointers.at(-1)!;
    const bounds = this.#bounds.atLeast((count + 1) * 4);
    const bytes = this.#kernel.run("write records", () =>
      this.#kernel.calls.recordsEncode(this.#records, this.#template, count, picked, limit, list, names?.pointer ?? 0, names?.count ?? 0, bounds) >>> 0,
    );
    if (bytes === 2 ** 32 - 1) throw new MangroveError("MGV_ARGUMENT", `A row beyond the ${limit} of its columns was asked for.`);
    return { bytes: this.#kernel.u8(this.#kernel.calls.recordsBytes(this.#records) >>> 0, bytes), bounds: this.#kernel.u32(bounds, count + 1) };
  }

  #compile(pieces: readonly Piece[], end: string): number {
    const last = this.#text(end);
    let room = END_ROOM + last.bytes;
    const members = pieces.map(({ before, member, bare }) => {
      const { kind, options } = member;
      const choices = (kind === "boolean" ? [false, true] : (options.choices ?? [])).map((choice) => {
        const json = JSON.stringify(choice);
        return this.#text(bare && typeof choice === "string" ? json.slice(1, -1) : json);
      });
      const constant = this.#text(before);
      room += constant.bytes + Math.max(kind === "time" ? LONGEST_TIME : LONGEST_NUMBER, ...choices.map(({ bytes }) => bytes));
      const table = this.#blocks.allocateFor(Uint32Array.from(choices.flatMap(({ pointer, bytes }) => [pointer, bytes])));
      return { member, bare, constant, choices: { table, count: choices.length } };
    });
    const template = this.#blocks.allocate(HEADER_BYTES + members.length * MEMBER_BYTES);
    const view = this.#kernel.bytes(template, HEADER_BYTES + members.length * MEMBER_BYTES);
    const words = (at: number, ...values: number[]) => values.forEach((value, i) => view.setUint32(at + i * 4, value, true));
    words(0, members.length, room, last.pointer, last.bytes);
    members.forEach(({ member, bare, constant, choices }, i) => {
      const { kind, column, options } = member;
      const at = HEADER_BYTES + i * MEMBER_BYTES;
      const isChanged = options.factor !== undefined || options.summand !== undefined ? 1 : 0;
      const code = kind === "time" && bare ? BARE_TIME : kinds[kind].code;
      const index = this.#columns.findIndex(({ name }) => name === column);
      words(at, code, kinds[kind].source, constant.pointer, constant.bytes, index, isChanged, choices.table, choices.count);
      view.setFloat64(at + 32, options.factor ?? 1, true);
      view.setFloat64(at + 40, options.summand ?? 0, true);
    });
    return template;
  }

  #text(value: string): { pointer: number; bytes: number } {
    const utf8 = new TextEncoder().encode(value);
    const pointer = this.#blocks.allocate(utf8.length + TEXT_ROOM);
    this.#kernel.u8(pointer, utf8.length).set(utf8);
    return { pointer, bytes: utf8.length };
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.recordsDestroy(this.#records);
    this.#blocks[Symbol.dispose]();
    this.#input[Symbol.dispose]();
    this.#bounds[Symbol.dispose]();
  }
}

function columnsOf(pieces: readonly Piece[]): { name: string; kind: Kind }[] {
  const columns = new Map<string, Kind>();
  for (const { member } of pieces) {
    const other = columns.get(member.column) ?? member.kind;
    if (kinds[other].array !== kinds[member.kind].array) {
      throw new MangroveError("MGV_ARGUMENT", `The column "${member.column}" stands in the template as ${other} and as ${member.kind}.`);
    }
    columns.set(member.column, other);
  }
  return [...columns].map(([name, kind]) => ({ name, kind }));
}

function checked(array: Columns[string] | undefined, name: string, kind: Kind, rows: number): Columns[string] {
  const wanted = kinds[kind].array;
  if (!(array instanceof wanted)) throw new MangroveError("MGV_ARGUMENT", `The column "${name}" must be a ${wanted.name}.`);
  if (array.length < rows) throw new MangroveError("MGV_ARGUMENT", `The column "${name}" has ${array.length} rows, not ${rows}.`);
  return array;
}
