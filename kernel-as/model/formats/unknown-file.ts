import { MangroveError } from "../../errors.ts";

interface Lookalike {
  /** Whether the file begins as this one does: `bytes` are all of it, `text` its first characters, each byte one. */
  is(bytes: Uint8Array, text: string): boolean;
  readonly sentence: string;
}

const startsWith = (...beginnings: string[]) => (_: Uint8Array, text: string) => beginnings.some((beginning) => text.startsWith(beginning));

/** What people give instead of a model file, and what to do instead. The first that fits is told. */
const lookalikes: readonly Lookalike[] = [
  { is: (bytes) => bytes.length === 0, sentence: "The model file is empty." },
  {
    is: (_, text) => /^\s*(\[\s*)?\{\s*"(nodeid|leaf)"/.test(text),
    sentence: "This is a dump of XGBoost's trees (get_dump), which has neither base score nor objective. Save the model with Booster.save_model instead.",
  },
  {
    is: (_, text) => /^(booster\[\d+\]:\s*)?\s*\d+:(\[|leaf=)/.test(text),
    sentence: "This is a text dump of XGBoost's trees (dump_model), which has neither base score nor objective. Save the model with Booster.save_model instead.",
  },
  {
    is: startsWith("CONFIG-offset:", '{"Config"', '{"Model"', "{L\0\0\0\0\0\0\0\x06Config"),
    sentence: "This is a snapshot of an XGBoost booster with its training state, as it is pickled. Save the model with Booster.save_model instead.",
  },
  { is: startsWith("bs64"), sentence: "This is a model of an XGBoost that wrote base64, before 0.7. Open it with XGBoost 0.7 to 2.1 and save it again as JSON." },
  {
    is: (bytes, text) => (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) || /^\x78[\x01\x5e\x9c\xda]/.test(text),
    sentence: "This is a Python pickle (or joblib file), which can run any code and is not read. Save the model itself: Booster.save_model(\"model.json\").",
  },
  { is: startsWith("\x1f\x8b"), sentence: "This file is compressed with gzip. Unpack it first: gunzip FILE." },
  { is: startsWith("PK\x03\x04", "PK\x05\x06"), sentence: "This is a ZIP archive. Unpack it first, and give the model file in it." },
  { is: startsWith("CBM1"), sentence: "This is a CatBoost model, which cannot be read." },
  { is: (_, text) => /^\s*\{\s*"(features_info|oblivious_trees|model_info|ctr_data|scale_and_bias)"/.test(text), sentence: "This is a CatBoost model as JSON, which cannot be read." },
  {
    is: (_, text) => /^\s*\{\s*"name"\s*:\s*"tree"/.test(text),
    sentence: "This is a dump of a LightGBM model as JSON (dump_model). Save the model with Booster.save_model instead.",
  },
  { is: (bytes) => bytes[0] === 0x08 && bytes[1]! > 0 && bytes[1]! < 0x40 && bytes[2] === 0x12, sentence: "This looks like an ONNX model, which cannot be read." },
  { is: startsWith("version https://git-lfs"), sentence: "This is a Git LFS pointer and not the file itself. Fetch it: git lfs pull." },
  { is: (_, text) => /^\s*</.test(text), sentence: "This is a web page or XML, not a model." },
  { is: (_, text) => /^\s*[{[]/.test(text), sentence: "This is JSON but no model." },
];

/** `MGV_MODEL_FORMAT` for bytes that no format recognises; `titles` are what can be read. */
export function unknownFile(bytes: Uint8Array, titles: readonly string[]): MangroveError {
  const text = String.fromCharCode(...bytes.subarray(0, 256));
  const sentence = lookalikes.find(({ is }) => is(bytes, text))?.sentence ?? "The file is of no known model format.";
  return new MangroveError("MGV_MODEL_FORMAT", `${sentence} What can be read: ${titles.join(", ")}.`);
}
