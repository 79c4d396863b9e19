/*
 * What users write. Functions must be deterministic: what they give depends on their arguments alone, or a replay gives something else.
 */

/** The values of one reading by field; NaN is missing. The same object is used for the next row: what is to be kept must be copied. */
export type Row<Field extends string = string> = { readonly [field in Field]: number };

/** What is known of a row beside its values. */
export interface RowContext<State = undefined> {
  readonly sensor: string;
  /** Event time, epoch ms. Of the result of a window its end. */
  readonly timeMs: number;
  readonly late: boolean;
  /** The sensor's own, which may be changed in place. Must be plain data that JSON keeps as it is. */
  readonly state: State;
}

/** The values of many rows by field. */
export type Columns<Field extends string = string> = { readonly [field in Field]: Float64Array };

export type RowMap<Field extends string = string, Added extends string = string, State = unknown> = (row: Row<Field>, context: RowContext<State>) => { readonly [added in Added]: number };
export type ColumnMap<Field extends string = string, Added extends string = string> = (columns: Columns<Field>, count: number) => { readonly [added in Added]: ArrayLike<number> };
export type RowTest<Field extends string = string> = (row: Row<Field>, context: RowContext) => boolean;
/** 1 or true where the row is kept. */
export type ColumnTest<Field extends string = string> = (columns: Columns<Field>, count: number) => ArrayLike<number | boolean>;
export type RowFlatMap<Field extends string = string, Out extends string = string> = (row: Row<Field>, context: RowContext) => Iterable<{ readonly [out in Out]: number }>;
/** Of the readings of one window. */
export type WindowFunction<Field extends string = string> = (columns: Columns<Field>, timesMs: Float64Array) => number;
