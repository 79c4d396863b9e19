import type { ForestModel } from "../forest.ts";

/** One way of writing an ensemble into bytes. A new format is one more of these, listed in formats.ts. */
export interface ModelFormat {
  /** How users name it: `--format xgboost-json`. */
  readonly name: string;
  /** What it is, for people. */
  readonly title: string;
  /** With the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  /** Whether the bytes begin as this format does. Looks at the first few hundred at most; never throws. */
  recognises(bytes: Uint8Array): boolean;
  /**
   * Throws `MGV_MODEL_FORMAT`, with the place in the file, for anything that is broken or cut short, `MGV_MODEL_UNSUPPORTED` for
   * what is sound but cannot be computed here. Time and memory are bounded by a multiple of the bytes that are there,
   * whatever they claim.
   */
  read(bytes: Uint8Array): ForestModel;
  /**
   * Equal models give equal bytes, and `read(write(model))` equals the model when it came from this format's family. Null for a
   * format that is only read. Throws `MGV_MODEL_CONVERT` for what the format cannot say.
   */
  readonly write: ((model: ForestModel) => Uint8Array) | null;
}
