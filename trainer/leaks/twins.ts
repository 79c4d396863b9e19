import { MANY_VALUES, type Order } from "./order.ts";
import { RowHash } from "./row-hash.ts";
import type { Table } from "./table.ts";

/** Two recordings of the same rows. */
export interface CopiedRecording {
  readonly recording: string;
  readonly of: string;
  /** Share of the rows compared that are equal but for `but`, and their number. */
  readonly share: number;
  readonly compared: number;
  /** Columns that are not equal. */
  readonly but: readonly number[];
}

/** Rows that come again in their own recording. */
export interface RepeatedRows {
  readonly share: number;
  readonly compared: number;
  /** The column to be left out for that, -1 for none. */
  readonly but: number;
}

/** Recordings that share at least this part of the shorter one's distinctive rows are copies of one another. */
const SHARED_PART = 0.5;

/** Fewer distinctive rows prove nothing. */
const LEAST_ROWS = 10;

/** Columns in which more of the rows than this differ are not equal. */
const DIFFERING_PART = 0.1;

/** Hashes that are kept, of all columns to leave out together. */
const KEPT_HASHES = 1 << 18;

/** With fewer fine columns left, rows are equal by chance. */
export const LEAST_RICH_COLUMNS = 3;

/** From these shares on repeated rows are told: with all columns that are compared, and without one of them. */
const REPEATED = { whole: 0.05, butOne: 0.2 };

interface Twin {
  readonly recording: string;
  readonly cells: Float64Array;
}

/** Rows that are equal when one column, or none, is left out. */
class TwinsWithout {
  readonly rows = new Map<string, number>();
  readonly pairs = new Map<string, { a: Twin; b: Twin }[]>();
  repeated = 0;
  compared = 0;
  /** One row of each recording. */
  readonly #seen = new Map<number, Twin[]>();
  /** Hashes of rows that come again in a recording. */
  readonly #common = new Set<number>();

  add(hash: number, row: Twin): void {
    this.compared++;
    const twins = this.#seen.get(hash);
    if (twins === undefined) this.#seen.set(hash, [row]);
    else if (twins.every(({ recording }) => recording !== row.recording)) twins.push(row);
    else {
      this.repeated++;
      this.#common.add(hash);
    }
  }

  finish(): void {
    for (const [hash, twins] of this.#seen) {
      if (this.#common.has(hash)) continue;
      twins.forEach((b, i) => {
        this.rows.set(b.recording, (this.rows.get(b.recording) ?? 0) + 1);
        const a = twins[0]!; // the first of a family stands for all
        if (i === 0) return;
        const key = JSON.stringify([a.recording, b.recording]);
        if (!this.pairs.has(key)) this.pairs.set(key, []);
        this.pairs.get(key)!.push({ a, b });
      });
    }
    this.#seen.clear();
  }
}

/**
 * One pass: looks for equal rows when columns that order rows, keys, and one more column or none are left out. Only rows count that are the only ones of their kind in their recording:
 * coarse values are shared by chance. Rows are sampled by their hash, so that equal ones are sampled together. O(rows × columns).
 */
export async function twinsOf(table: Table, order: Order): Promise<{ copies: CopiedRecording[]; repeated: RepeatedRows | null }> {
  const { columns, keys } = table;
  const ordering = new Set(order.orders.map(({ column }) => column));
  const ignored = Array.from(columns.keys()).filter((column) => keys.has(columns[column]!) || ordering.has(column));
  const compared = Array.from(columns.keys()).filter((column) => !ignored.includes(column));
  const sampled = Math.ceil((order.rows * (compared.length + 1)) / KEPT_HASHES);
  const isRich = (column: number) => order.distinct[column]! >= MANY_VALUES;
  const candidates = [-1, ...compared]
    .filter((but) => compared.filter((column) => column !== but && isRich(column)).length >= LEAST_RICH_COLUMNS)
    .map((but) => ({ but, left: [...ignored, but], twins: new TwinsWithout() }));
  if (candidates.length === 0) return { copies: [], repeated: null };
  const hash = new RowHash(columns.length);
  for await (const { cells, recording } of table.rows()) {
    hash.set(cells);
    let row: Twin | null = null;
    for (const { left, twins } of candidates) {
      const rowHash = hash.without(left);
      if (rowHash % sampled === 0) twins.add(rowHash, (row ??= { recording, cells: cells.slice() }));
    }
  }
  for (const { twins } of candidates) twins.finish();
  return { copies: copiesIn(candidates.map(({ twins }) => twins), order), repeated: repeatedIn(candidates) };
}

function copiesIn(all: readonly TwinsWithout[], order: Order): CopiedRecording[] {
  const best = new Map<string, CopiedRecording>();
  for (const { pairs, rows } of all) {
    for (const equal of pairs.values()) {
      const [of, recording] = [equal[0]!.a.recording, equal[0]!.b.recording];
      const compared = Math.min(rows.get(of)!, rows.get(recording)!);
      const share = equal.length / compared;
      if (compared < LEAST_ROWS || share < SHARED_PART || share <= (best.get(recording)?.share ?? 0)) continue;
      best.set(recording, { recording, of, share, compared, but: differing(equal, order) });
    }
  }
  return Array.from(best.values()).sort((one, other) => (one.recording < other.recording ? -1 : 1));
}

/** Columns in which the rows of two recordings differ, but for those that number all rows and so could not be equal. */
function differing(equal: readonly { a: Twin; b: Twin }[], { distinct, orders }: Order): number[] {
  const numbering = new Set(orders.filter(({ kind }) => kind === "numbers the rows").map(({ column }) => column));
  return Array.from(distinct.keys()).filter((column) => {
    const different = equal.filter(({ a, b }) => !Object.is(a.cells[column], b.cells[column])).length;
    return !numbering.has(column) && different > DIFFERING_PART * equal.length;
  });
}

function repeatedIn(candidates: readonly { but: number; twins: TwinsWithout }[]): RepeatedRows | null {
  const shares = candidates.map(({ but, twins: { repeated, compared } }) => ({ but, compared, share: compared === 0 ? 0 : repeated / compared }));
  const whole = shares.find(({ but }) => but === -1);
  if (whole && whole.share >= REPEATED.whole) return whole;
  const most = shares.reduce((one, other) => (other.share > one.share ? other : one));
  return most.share >= REPEATED.butOne ? most : null;
}
