import { MangroveError } from "../errors.ts";

/** Where a value of a column stands in a record. Made by {@link column}. */
export class Member {
  readonly kind: Kind;
  readonly column: string;
  readonly options: Options;

  constructor(kind: Kind, column: string, options: Options = {}) {
    this.kind = kind;
    this.column = column;
    this.options = options;
  }
}

/** A JSON string of constant parts and members. Made by {@link text}. */
export class Text {
  readonly parts: readonly (string | Member)[];

  constructor(parts: readonly (string | Member)[]) {
    this.parts = parts;
  }
}

export type Kind = "f64" | "f32" | "u32" | "boolean" | "sensor" | "time" | "choice" | "tenths";

interface Options {
  /** For numbers: what is written is `value * factor + summand`, rounded after each step as JavaScript does. */
  readonly factor?: number;
  readonly summand?: number;
  readonly choices?: readonly Json[];
}

type Json = string | number | boolean | null;

/** What JSON.stringify would be given, with members where values of columns go. A constant that is `undefined` is left out. */
export type Template = Json | undefined | Member | Text | readonly Template[] | { readonly [key: string]: Template };

/** Members by what their column holds. Numbers that are not finite, and times that no Date holds, are `null`. */
export const column = {
  /** Float64Array; whole numbers up to 2^53 too. */
  f64: (name: string, change: Pick<Options, "factor" | "summand"> = {}): Member => new Member("f64", name, change),
  /** Float32Array, each written as the f64 that it is. */
  f32: (name: string, change: Pick<Options, "factor" | "summand"> = {}): Member => new Member("f32", name, change),
  u32: (name: string): Member => new Member("u32", name),
  /** Uint8Array: 0 is `false`. */
  boolean: (name: string): Member => new Member("boolean", name),
  /** Uint32Array of numbers of names. */
  sensor: (name: string): Member => new Member("sensor", name),
  /** Float64Array of epoch ms, written as Date.toISOString does. */
  time: (name: string): Member => new Member("time", name),
  /** Uint8Array: which of the constants; `null` beyond them. */
  choice: (name: string, choices: readonly Json[]): Member => new Member("choice", name, { choices }),
  /** Float32Array, as `(value * factor).toFixed(1)`. In a {@link text} only. */
  tenths: (name: string, factor = 1): Member => new Member("tenths", name, { factor }),
};

/** A string like text("alert ", column.u32("number"), " of ", column.sensor("sensor")). What is `null` elsewhere is the word here. */
export function text(...parts: readonly (string | Member)[]): Text {
  return new Text(parts);
}

/** A member with the constant text before it. */
export interface Piece {
  readonly before: string;
  readonly member: Member;
  /** Within a string: no quotation marks. */
  readonly bare: boolean;
}

/** The template as constant texts and members in the order in which they are written. */
export function piecesOf(template: Template): { pieces: Piece[]; end: string } {
  const pieces: Piece[] = [];
  let before = "";
  const place = (member: Member, bare: boolean) => {
    // the marks around a name are constant: a name is never null
    const mark = member.kind === "sensor" && !bare ? '"' : "";
    pieces.push({ before: before + mark, member, bare });
    before = mark;
  };
  const write = (value: Template) => {
    if (value instanceof Member) {
      if (value.kind === "tenths") throw new MangroveError("MGV_ARGUMENT", `tenths("${value.column}") must stand in a text().`);
      place(value, false);
    } else if (value instanceof Text) {
      before += '"';
      for (const part of value.parts) {
        if (typeof part === "string") before += JSON.stringify(part).slice(1, -1);
        else place(part, true);
      }
      before += '"';
    } else if (isList(value)) {
      before += "[";
      value.forEach((each, i) => {
        if (i > 0) before += ",";
        write(each === undefined ? null : each);
      });
      before += "]";
    } else if (typeof value === "object" && value !== null) {
      before += "{";
      let first = true;
      for (const [key, each] of Object.entries(value)) {
        if (each === undefined) continue;
        before += `${first ? "" : ","}${JSON.stringify(key)}:`;
        first = false;
        write(each);
      }
      before += "}";
    } else {
      before += JSON.stringify(value ?? null);
    }
  };
  write(template);
  return { pieces, end: before };
}

function isList(value: Template): value is readonly Template[] {
  return Array.isArray(value);
}
