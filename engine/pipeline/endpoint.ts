import { MangroveError } from "../../kernel-as/errors.ts";

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

/** Throws `MGV_USAGE` for a name that Kafka does not take. */
export function topic(name: string): Topic {
  checkTopicName("topic", name);
  return { kind: "topic", name };
}

/** `of`: the function that was given it. */
export function checkTopicName(of: "topic" | "pipeline", name: unknown): void {
  if (typeof name === "string" && /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/.test(name)) return;
  throw new MangroveError("MGV_USAGE", `${of}(${JSON.stringify(name)}): the name of a ${of} has letters, digits, ".", "_" and "-", 249 at most.`);
}

export function history(): HistoryEnd {
  return { kind: "history" };
}

/** The model that serves under an alias: `champion` unless one stands behind an `@`. Throws `MGV_USAGE` for no name. */
export function model(reference: string): ModelReference {
  if (typeof reference !== "string" || !/^[^@]+(@[^@]+)?$/.test(reference)) throw new MangroveError("MGV_USAGE", `model(${JSON.stringify(reference)}): a model's name is wanted, such as "bearings", or "bearings@champion" with an alias.`);
  const [name = "", alias = "champion"] = reference.split("@");
  return { name, alias };
}
