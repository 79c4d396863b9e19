import { MangroveError } from "../../errors.ts";
import type { ForestModel } from "../forest.ts";
import type { ModelFormat } from "./format.ts";
import { lightgbmText } from "./lightgbm/text.ts";
import { unknownFile } from "./unknown-file.ts";
import { xgboostBinary } from "./xgboost/binary.ts";
import { xgboostJson } from "./xgboost/json.ts";
import { xgboostUbjson } from "./xgboost/ubjson.ts";

/** Every format that can be read, in the order in which a file is offered to them. */
export const formats: readonly ModelFormat[] = [
  xgboostJson,
  xgboostUbjson,
  xgboostBinary,
  lightgbmText,
];

/** The model of a file, whatever it is called: its content tells the format. Throws as {@link ModelFormat.read} does. */
export function readModel(bytes: Uint8Array): { format: ModelFormat; model: ForestModel } {
  const format = formats.find((each) => each.recognises(bytes));
  if (!format) throw unknownFile(bytes, formats.map(({ title }) => title));
  return { format, model: format.read(bytes) };
}

/** Throws `MGV_USAGE` for a name that no format has. */
export function formatNamed(name: string): ModelFormat {
  const format = formats.find((each) => each.name === name);
  if (format) return format;
  throw new MangroveError("MGV_USAGE", `There is no model format ${JSON.stringify(name)}; there are ${formats.map((each) => each.name).join(", ")}.`);
}
