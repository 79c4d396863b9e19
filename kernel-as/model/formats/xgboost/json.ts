import type { ModelFormat } from "../format.ts";
import { jsonText } from "./json-text.ts";
import { readLearner } from "./learner.ts";
import { parseJson } from "./parse-json.ts";
import { modelDocument } from "./write-model.ts";

/** XGBoost's JSON, of any version from 1.0 on: `Booster.save_model("model.json")`. */
export const xgboostJson = {
  name: "xgboost-json",
  title: "XGBoost JSON",
  extensions: [".json"],
  recognises: (bytes) => /^\s*\{\s*"(learner|version)"\s*:/.test(new TextDecoder().decode(bytes.subarray(0, 256))),
  read: (bytes) => readLearner(parseJson(bytes), bytes.length),
  write: (model) => new TextEncoder().encode(jsonText(modelDocument(model))),
} satisfies ModelFormat;
