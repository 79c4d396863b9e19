/** What adds the leaves of packed trees: the interpreter or a generated module. Each gives the same bits. */
export interface Evaluator extends Disposable {
  /**
   * Adds the leaf of every tree to `sums` ([outputs][BLOCK] numbers in the family's width), for `rows` rows at most BLOCK whose byte columns
   * are at `bins`. Works on whole vectors: sums of rows up to the next multiple of 64 are changed too.
   */
  addTo(sums: number, bins: number, rows: number): void;
}
