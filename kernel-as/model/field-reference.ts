/** How the values of a field were spread over the rows that a model was trained on. */
export interface FieldReference {
  readonly field: string;
  /** Rows with a value, and without one. */
  readonly count: number;
  readonly missing: number;
  /** Values that rise, the least first and the greatest last: about as many rows lie between neighbours. Each is what an f32 holds. */
  readonly edges: readonly number[];
  /** Rows up to each edge and above the one before. */
  readonly counts: readonly number[];
  /** The standard deviation. */
  readonly deviation: number;
}

const MOST_EDGES = 21;

export function isFieldReference(value: unknown): value is FieldReference {
  if (typeof value !== "object" || value === null) return false;
  const { field, count, missing, edges, counts, deviation } = value as Partial<FieldReference>;
  if (typeof field !== "string" || !isCount(count) || !isCount(missing) || !Array.isArray(edges) || !Array.isArray(counts)) return false;
  const rises = edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]));
  const fits = edges.length === counts.length && edges.length <= MOST_EDGES && counts.every(isCount) && counts.reduce((sum: number, each: number) => sum + each, 0) === count;
  return rises && fits && typeof deviation === "number" && deviation >= 0;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
