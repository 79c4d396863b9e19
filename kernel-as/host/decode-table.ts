import { spellings, type Schema } from "../schema.ts";
import { Blocks } from "./blocks.ts";
import type { Kernel } from "./kernel.ts";

/** What the kernel's loads may reach beyond a text. */
const PADDING = 16;

/** Sizes of assembly/decode/plan.ts. */
const PLAN_BYTES = 92;
const SCRATCH_BYTES = 1024;
const HEARD_BYTES = 4096;

const missingRules = { never: 0, null: 1, absent: 2 } as const;

export interface DecodeTableOptions {
  /** The columns of a CSV; null for JSON. */
  readonly header: readonly string[] | null;
  readonly maxAheadMs: number;
}

/** A schema as the kernel reads messages by it, in kernel memory: drawn in assembly/decode/plan.ts. */
export class DecodeTable implements Disposable {
  /** What kernel calls take. */
  readonly pointer: number;
  readonly #blocks: Blocks;

  constructor(kernel: Kernel, schema: Schema, { header, maxAheadMs }: DecodeTableOptions) {
    const blocks = (this.#blocks = new Blocks(kernel));
    // half a surrogate pair cannot be written in UTF-8, and escapes of one are left to the oracle
    const keys = [...keysOf(schema)].filter((key) => key.isWellFormed());
    const numbers = new Map(keys.map((key, number) => [key, number]));
    const noKey = keys.length; // no message has it
    const list = (names: readonly string[]) => {
      const known = names.flatMap((name) => numbers.get(name) ?? []);
      return { count: known.length, at: blocks.allocateFor(Uint32Array.from(known)) };
    };
    const padded = (bytes: Uint8Array) => {
      const copy = new Uint8Array(bytes.length + PADDING);
      copy.set(bytes);
      return blocks.allocateFor(copy);
    };

    const fields = new DataView(new ArrayBuffer(schema.fields.length * 32));
    schema.fields.forEach((field, index) => {
      const [first, ...others] = spellings(field);
      const { count, at } = list(others);
      fields.setFloat64(index * 32, field.min, true);
      fields.setFloat64(index * 32 + 8, field.max, true);
      fields.setUint32(index * 32 + 16, missingRules[field.missing], true);
      fields.setUint32(index * 32 + 20, numbers.get(first!) ?? noKey, true);
      fields.setUint32(index * 32 + 24, count, true);
      fields.setUint32(index * 32 + 28, at, true);
    });

    const encoder = new TextEncoder();
    const entries = [0, 0, 0, 0];
    const names: { at: number; bytes: number; entry: number }[] = [];
    keys.forEach((key, number) => {
      const name = encoder.encode(key);
      names.push({ at: padded(name), bytes: name.length, entry: entries.length / 4 });
      for (const literal of literalsOf(key)) {
        const bytes = encoder.encode(literal);
        entries.push(padded(bytes), bytes.length, number, 0);
      }
    });
    const room = 2 ** Math.ceil(Math.log2(keys.length * 2 + 2));
    const slots = Math.ceil((noKey + 1) / 16) * 16;
    const [times, sensors, label] = [schema.time.keys, schema.sensorKeys, [schema.label]].map(list) as [List, List, List];

    const plan = new DataView(new ArrayBuffer(PLAN_BYTES));
    [
      schema.fields.length,
      blocks.allocateFor(fields),
      slots,
      blocks.allocate(slots),
      blocks.allocate(slots * 16),
      entries.length / 4,
      blocks.allocateFor(Uint32Array.from(entries)),
      blocks.allocateFor(new Uint8Array(room * 16)),
      room - 1,
      header?.length ?? 0,
      blocks.allocateFor(Uint32Array.from(header ?? [], (name, column) => (header!.indexOf(name) === column ? (numbers.get(name) ?? -1) + 1 : 0))),
      times.count,
      times.at,
      sensors.count,
      sensors.at,
      label.at,
    ].forEach((value, index) => plan.setUint32(index * 4, value, true));
    plan.setFloat64(64, schema.time.unit === "s" ? 1000 : 1, true);
    plan.setFloat64(72, maxAheadMs, true);
    plan.setUint32(80, blocks.allocate(SCRATCH_BYTES + PADDING), true);
    plan.setUint32(84, blocks.allocateFor(new Uint8Array(HEARD_BYTES)), true);
    this.pointer = blocks.allocateFor(plan);
    names.forEach(({ at, bytes, entry }, key) => kernel.calls.decodeAddName(this.pointer, at, bytes, key, entry));
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}

interface List {
  readonly count: number;
  readonly at: number;
}

/** Every key that means something to a schema. */
function keysOf(schema: Schema): Set<string> {
  return new Set([...schema.fields.flatMap(spellings), ...schema.time.keys, ...schema.sensorKeys, schema.label]);
}

/** The ways in which writers of JSON usually write a key: in UTF-8, or in ASCII with hexadecimal digits of either case. */
function literalsOf(key: string): Set<string> {
  const plain = JSON.stringify(key);
  const ascii = (spell: (digits: string) => string) =>
    plain.replace(/[^\x20-\x7e]/g, (unit) => `\\u${spell(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`);
  return new Set([plain, ascii((digits) => digits), ascii((digits) => digits.toUpperCase())]);
}
