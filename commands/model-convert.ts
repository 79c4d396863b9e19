import { stat } from "node:fs/promises";
import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import { sharedKernel } from "../kernel-as/host/kernel.ts";
import { formatForPath } from "../kernel-as/model/formats/for-path.ts";
import type { ModelFormat } from "../kernel-as/model/formats/format.ts";
import { formatNamed, formats } from "../kernel-as/model/formats/formats.ts";
import type { Arguments, Command } from "./command.ts";
import { compareModels, type Agreement } from "./model/agreement.ts";
import { readModelFile, sizeText, type ModelFile } from "./model/file.ts";
import { PendingFile } from "./pending-file.ts";
import { tell } from "./terminal.ts";

const writable = formats.filter(({ write }) => write !== null).map(({ name }) => name);

export const modelConvertCommand: Command = {
  name: "model convert",
  summary: "writes a model in another format, and checks that it scores the same",
  operands: [
    { name: "IN", help: "the model to read" },
    { name: "OUT", help: "the file to write; its extension names the format" },
  ],
  flags: [
    { name: "format", value: "NAME", help: `${writable.join(", ")} (by the extension of OUT)` },
    { name: "force", help: "replace OUT if it is there" },
    { name: "json", help: "what was written as one JSON object on stdout" },
  ],
  examples: ["npm run -s mangrove -- model convert model.json model.ubj", "npm run -s mangrove -- model convert lightgbm.txt xgboost.json"],
  async run(given) {
    const source = await readModelFile(given.operand("IN"));
    const path = given.operand("OUT");
    const format = formatOf(given, path);
    await refuseExisting(path, given.has("force"));
    const bytes = write(source, format);

    await using pending = await PendingFile.open(path);
    await pending.write(bytes);
    const result = await readModelFile(pending.path);
    if (result.format !== format) throw new MangroveError("MGV_MODEL_CONVERT", `What was written reads back as ${result.format.title}. Nothing was written. Please report this as a fault of Mangrove.`);
    const agreement = compareModels(await sharedKernel(), source.model, result.model);
    await pending.commit();

    for (const line of report(source, { ...result, path }, agreement)) tell(line);
    if (given.has("json")) process.stdout.write(`${JSON.stringify(resultJson(source, { ...result, path }, agreement))}\n`);
    return 0;
  },
};

function formatOf(given: Arguments, path: string): ModelFormat {
  const name = given.text("format");
  return name === undefined ? formatForPath(path) : formatNamed(name);
}

async function refuseExisting(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found && !found.isFile()) throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${path}: something that is not a file has this name.`);
  if (found && !force) throw new MangroveError("MGV_FILE_WRITE", `${path} is there already; --force replaces it.`);
}

function write({ path, model }: ModelFile, format: ModelFormat): Uint8Array {
  if (format.write === null) throw new MangroveError("MGV_MODEL_CONVERT", `${format.title} is only read, not written; what can be written: ${writable.join(", ")}.`);
  try {
    return format.write(model);
  } catch (thrown) {
    const { code, message } = MangroveError.from(thrown);
    throw new MangroveError(code, `${path} cannot become ${format.title}: ${message}`, { cause: thrown });
  }
}

/** What was kept, for people. */
function report(source: ModelFile, result: ModelFile, { rows, largest, allowed }: Agreement): string[] {
  const within = source.model.family === result.model.family;
  const digits = (value: number) => value.toExponential(1);
  return [
    `wrote ${result.path}: ${result.format.title}, ${sizeText(result.bytes)}, version ${result.version}`,
    within
      ? "kept: every leaf and every margin, bit for bit"
      : "kept: the leaf of every tree for every row of f32; margins up to rounding, since XGBoost adds in f32 and LightGBM in f64",
    ...losses(source, result).map((loss) => `not kept: ${loss}`),
    within
      ? `checked on ${rows} rows: the same leaves, the same margins`
      : `checked on ${rows} rows: the same leaves; margins differ by ${digits(largest)} at most (rounding allows ${digits(allowed)})`,
  ];
}

function losses({ model: before, card }: ModelFile, { model: after, card: cardAfter }: ModelFile): string[] {
  const dropped = Object.keys(before.attributes).filter((key) => !Object.hasOwn(after.attributes, key) && key !== "mangrove");
  const renamed = before.featureNames?.filter((name, i) => after.featureNames !== null && name !== after.featureNames[i]) ?? [];
  const told: (string | false)[] = [
    before.featureNames !== null && after.featureNames === null && "names of features: at least one has a character that this format cannot hold",
    renamed.length > 0 && `spaces in names of features, now "_": ${renamed.join(", ")}`,
    before.featureTypes !== null && after.featureTypes === null && "types of features",
    before.categoryNames !== null && after.categoryNames === null && "names of categories: data must hold their codes",
    card !== null && cardAfter === null && "the card of this project",
    dropped.length > 0 && `attributes ${dropped.join(", ")}`,
  ];
  return told.filter((loss) => loss !== false);
}

function resultJson(source: ModelFile, result: ModelFile, { rows, largest, allowed }: Agreement): object {
  return {
    in: { file: source.path, format: source.format.name, version: source.version },
    out: { file: result.path, format: result.format.name, version: result.version, bytes: result.bytes },
    not_kept: losses(source, result),
    checked_rows: rows,
    largest_difference: largest,
    allowed_difference: allowed,
  };
}
