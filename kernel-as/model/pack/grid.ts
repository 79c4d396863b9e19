import type { Floats } from "../forest.ts";

/** Where to begin among a feature's cuts: see assembly/rank.ts, which looks values up by the same operations. */
export interface Grid {
  /** Cuts to compare with from there on, 1…4; 0: no grid is fine enough, search. */
  readonly steps: number;
  /** For each cell the number of cuts in lower cells. */
  readonly starts: Uint8Array | Uint16Array;
  readonly low: number;
  readonly scale: number;
  readonly top: number;
}

const MOST_STEPS = 4;

/** The coarsest grid that needs at most two steps, else the one that needs the fewest. `cuts` rise; NaN may come last. */
export function gridOf(cuts: Floats): Grid {
  const finite = cuts.filter((cut) => Number.isFinite(cut));
  let best: Grid = { steps: 0, starts: new Uint8Array(1), low: 0, scale: 0, top: 0 };
  for (let cells = 256; cells <= 2048; cells *= 2) {
    const grid = gridOfCells(cuts, finite, cells);
    if (grid.steps <= MOST_STEPS && (best.steps === 0 || grid.steps < best.steps)) best = grid;
    if (best.steps === 1 || best.steps === 2) break;
  }
  return best;
}

function gridOfCells(cuts: Floats, finite: Floats, cells: number): Grid {
  const round = cuts instanceof Float32Array ? Math.fround : (x: number) => x;
  const low = finite[0] ?? 0;
  const span = round((finite.at(-1) ?? 0) - low);
  const top = cells - 1;
  const scale = span > 0 ? round(top / span) : 0;
  const magic = cuts instanceof Float32Array ? 2 ** 23 : 2 ** 52;
  const cellOf = (cut: number) => {
    const at = round(round(cut - low) * scale);
    return round(Math.min(at > 0 ? at : 0, top) + magic) - magic;
  };
  const counts = new Uint16Array(cells);
  // a NaN cut is above all numbers and needs no place: nothing is ever compared with it successfully
  for (const cut of cuts) if (!Number.isNaN(cut)) counts[cellOf(cut)]!++;
  const starts = cuts.length > 255 ? new Uint16Array(cells) : new Uint8Array(cells);
  let steps = 1;
  for (let cell = 0, before = 0; cell < cells; cell++) {
    starts[cell] = before;
    before += counts[cell]!;
    steps = Math.max(steps, counts[cell]!);
  }
  return { steps: Number.isFinite(scale) ? steps : MOST_STEPS + 1, starts, low, scale: Number.isFinite(scale) ? scale : 0, top };
}
