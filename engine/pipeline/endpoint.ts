/** A topic of the broker. */
export interface Topic {
  readonly kind: "topic";
  readonly name: string;
}

/** The history: Parquet files that DuckDB reads. */
export interface HistoryEnd {
  readonly kind: "history";
}

/** A model by name and alias, `smoke@champion`. */
export interface ModelReference {
  readonly name: string;
  readonly alias: string;
}

export function topic(name: string): Topic {
  return { kind: "topic", name };
}

export function history(): HistoryEnd {
  return { kind: "history" };
}

/** The model that serves under an alias: `champion` unless one stands behind an `@`. */
export function model(reference: string): ModelReference {
  const [name = "", alias = "champion"] = reference.split("@");
  return { name, alias };
}
