/** A list of whole numbers that XGBoost keeps in 64 bits. */
export class LongIntegers {
  readonly values: readonly number[];

  constructor(values: readonly number[]) {
    this.values = values;
  }
}

/** One f32 that is no array: in JSON it needs an exponent even if it is whole. */
export class Single {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What a model file of XGBoost says, before it is put into the bytes of JSON or UBJSON. */
export type Document =
  | string
  | number
  | boolean
  | null
  | Single
  | LongIntegers
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | readonly Document[]
  | DocumentObject;

export interface DocumentObject {
  readonly [name: string]: Document;
}

/** By name, because equal models give equal bytes. */
export function sortedEntries<Value>(object: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
