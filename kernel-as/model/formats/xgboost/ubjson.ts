import type { ModelFormat } from "../format.ts";
import { readLearner } from "./learner.ts";
import { parseUbjson } from "./parse-ubjson.ts";
import { ubjsonBytes } from "./ubjson-bytes.ts";
import { modelDocument } from "./write-model.ts";

/** XGBoost's UBJSON, of any version from 1.6 on: `Booster.save_model("model.ubj")`. */
export const xgboostUbjson = {
  name: "xgboost-ubjson",
  title: "XGBoost UBJSON",
  extensions: [".ubj", ".ubjson"],
  recognises: (bytes) => bytes[0] === 0x7b && /^[iUIlL]/.test(textOf(bytes, 1)) && /(learner|version)/.test(textOf(bytes, 2)),
  read: (bytes) => readLearner(parseUbjson(bytes), bytes.length),
  write: (model) => ubjsonBytes(modelDocument(model)),
} satisfies ModelFormat;

function textOf(bytes: Uint8Array, from: number): string {
  return new TextDecoder().decode(bytes.subarray(from, 24));
}
