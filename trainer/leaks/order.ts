import { Ranking } from "../ranking.ts";
import { hash } from "../split.ts";
import type { Table } from "./table.ts";

/** What one pass over a table tells of its order. */
export interface Order {
  readonly rows: number;
  readonly recordings: number;
  /** Rows whose label is not that of the row before, of the same sensor where rows name theirs. */
  readonly labelChanges: number;
  /** Columns that rise with nearly every row of a recording. */
  readonly orders: readonly OrderColumn[];
  /** How many different values each column has, up to {@link MANY_VALUES}. */
  readonly distinct: readonly number[];
}

export interface OrderColumn {
  readonly column: number;
  readonly kind: "numbers the rows" | "counts the rows of each recording" | "rises with every row of a recording";
  /** How well the column alone ranks the label, if each of `pieces` pieces of it is as likely fire as its rows are. */
  readonly auc: number | null;
  readonly pieces: number;
}

/** A column with so many different values counts as fine. */
export const MANY_VALUES = 100;

/** Share of steps. */
const NEARLY_ALL = 0.99;

/** Fewer steps prove nothing. */
const LEAST_STEPS = 20;

/** Rows that are kept, by chance, for what needs them in another order. */
const KEPT_ROWS = 1 << 16;

const PIECES = 64;
const ROWS_A_PIECE = 50;

/** One pass; holds at most {@link KEPT_ROWS} rows. */
export async function orderOf({ columns, isSuccessive, rows }: Table): Promise<Order> {
  const width = columns.length;
  const [rises, ones, allOnes] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  const distinct = columns.map(() => new Set<number>());
  const before = new Map<string, { cells: Float64Array; label: number }>();
  const lastCells = new Float64Array(width).fill(NaN);
  const kept = new KeptRows();
  let [count, steps, labelChanges, lastLabel] = [0, 0, 0, NaN];
  for await (const { cells, label, recording } of rows()) {
    let last = before.get(recording);
    const isStep = last !== undefined;
    if (last === undefined) before.set(recording, (last = { cells: new Float64Array(width), label: isSuccessive ? lastLabel : NaN }));
    if (isStep) steps++;
    for (let column = 0; column < width; column++) {
      const cell = cells[column]!;
      if (isStep && cell > last.cells[column]!) rises[column]!++;
      if (isStep && cell === last.cells[column]! + 1) ones[column]!++;
      if (cell === lastCells[column]! + 1) allOnes[column]!++;
      if (distinct[column]!.size < MANY_VALUES) distinct[column]!.add(cell);
    }
    last.cells.set(cells);
    lastCells.set(cells);
    if (!Number.isNaN(label)) {
      if (!Number.isNaN(last.label) && label !== last.label) labelChanges++;
      last.label = lastLabel = label;
      kept.add(cells, label);
    }
    count++;
  }
  const orders = Array.from(columns.keys()).flatMap((column): OrderColumn[] => {
    if (steps < LEAST_STEPS || rises[column]! < NEARLY_ALL * steps) return [];
    const counts = ones[column]! >= NEARLY_ALL * steps;
    const kind = allOnes[column] === count - 1 ? "numbers the rows" : counts ? "counts the rows of each recording" : "rises with every row of a recording";
    return [{ column, kind, ...kept.aucOf(column) }];
  });
  return { rows: count, recordings: before.size, labelChanges, orders, distinct: distinct.map(({ size }) => size) };
}

/** One row in so many, as few as room allows, and the same ones every time. */
class KeptRows {
  #kept: { number: number; cells: Float64Array; label: number }[] = [];
  #every = 1;
  #seen = 0;

  add(cells: Float64Array, label: number): void {
    const number = this.#seen++;
    if (hash(number) % this.#every !== 0) return;
    this.#kept.push({ number, cells: cells.slice(), label });
    if (this.#kept.length < KEPT_ROWS) return;
    this.#every *= 2;
    this.#kept = this.#kept.filter(({ number }) => hash(number) % this.#every === 0);
  }

  aucOf(column: number): Pick<OrderColumn, "auc" | "pieces"> {
    const kept = this.#kept.filter(({ cells }) => !Number.isNaN(cells[column]!)).sort((a, b) => a.cells[column]! - b.cells[column]!);
    const pieces = Math.max(1, Math.min(PIECES, Math.floor(kept.length / ROWS_A_PIECE)));
    const pieceOf = new Int32Array(kept.length);
    const [positives, rows] = [new Float64Array(pieces), new Float64Array(pieces)];
    kept.forEach(({ cells, label }, rank) => {
      const isTied = rank > 0 && cells[column] === kept[rank - 1]!.cells[column];
      const piece = (pieceOf[rank] = isTied ? pieceOf[rank - 1]! : Math.floor((rank * pieces) / kept.length));
      positives[piece]! += label;
      rows[piece]!++;
    });
    const labels = kept.map(({ label }) => label);
    return { auc: new Ranking(labels, Array.from(pieceOf, (piece) => positives[piece]! / rows[piece]!)).areas().auc, pieces };
  }
}
