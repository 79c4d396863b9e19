import process from "node:process";
import type { Arguments, Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { recordingAbsent, recordingPath } from "../../test/fixtures/recording.ts";
import { beginning } from "../machine.ts";
import { pythonWith } from "../python.ts";
import { recordingQuality } from "./recording.ts";
import { recordingNotes } from "./recording-notes.ts";
import { roomsQuality, type RoomsOptions } from "./rooms/rooms.ts";
import { roomsTable } from "./rooms/table.ts";
import { tableOf } from "./table.ts";

const DRAWS = 10;
const PERMUTATIONS = 4;
const MIN_DATA_IN_LEAF = 20;

interface Context extends RoomsOptions {
  readonly given: Arguments;
}

/** Resolves to what is kept of it, and prints what people read as it comes. */
type Quality = (context: Context, print: (text: string) => void) => Promise<object>;

const qualities: ReadonlyMap<string, Quality> = new Map<string, Quality>([
  [
    "recording",
    async ({ given, ...options }, print) => {
      if (!given.has("data") && recordingAbsent !== null) throw new MangroveError("MGV_USAGE", `${recordingAbsent}, and so does --data FILE.`);
      const draws = given.number("draws", { min: 0, max: 1000, whole: true }) ?? DRAWS;
      const permutations = given.number("permutations", { min: 1, max: 1000, whole: true }) ?? PERMUTATIONS;
      const minDataInLeaf = given.number("min-data-in-leaf", { min: 0, whole: true }) ?? MIN_DATA_IN_LEAF;
      const path = given.text("data") ?? recordingPath;
      const result = await recordingQuality({ ...options, path, draws, permutations, minDataInLeaf, only: given.text("only") ?? "" }, (comparison) => print(tableOf(comparison)));
      print(recordingNotes(result).join("\n"));
      return result;
    },
  ],
  [
    "rooms",
    async (options, print) => {
      const result = await roomsQuality(options);
      print(roomsTable(result));
      return result;
    },
  ],
]);

/** `save` keeps a result. */
export const qualityCommand = (save: (name: string, result: object) => Promise<void>): Command => ({
  name: "quality",
  summary: "how good models are, beside LightGBM and XGBoost",
  operands: [{ name: "BENCH", help: [...qualities.keys()].join(", ") }],
  flags: [
    { name: "quick", help: "rooms: on few of them; shows that all runs, not how good anything is; writes no result" },
    { name: "data", value: "FILE", help: "recording: the file (DATASET)" },
    { name: "draws", value: "N", help: `recording: how often a single split is done again, with other nine in ten of the rows to learn from (${DRAWS})` },
    { name: "permutations", value: "N", help: `recording: ways to deal blocks to folds (${PERMUTATIONS})` },
    { name: "min-data-in-leaf", value: "N", help: `recording: least rows of a leaf, which LightGBM estimates and we count (${MIN_DATA_IN_LEAF})` },
    { name: "only", value: "NAME", help: "recording: comparisons whose names begin so: blocks-purged, first-30, features; writes no result" },
    { name: "peers", help: "fail where the peers are absent, instead of going without them" },
    { name: "json", help: "print results as JSON" },
  ],
  examples: ["npm run quality -- recording --peers", "npm run quality -- rooms --peers", "npm run -s quality -- recording --draws 2 --permutations 1 --json > recording.json"],
  async run(given, signal) {
    const name = given.operand("BENCH");
    const quality = qualities.get(name);
    if (!quality) throw new MangroveError("MGV_USAGE", `There is no quality bench ${name}.${didYouMean(name, qualities.keys())} There is ${[...qualities.keys()].join(", ")}.`);
    const python = pythonWith("lightgbm, xgboost") ?? null;
    const absent = "LightGBM and XGBoost are absent (they need Python with both: pip install -r bench/peers/requirements.txt)";
    if (python === null && given.has("peers")) throw new MangroveError("MGV_USAGE", `${absent}.`);
    const began = beginning();
    const print = (text: string) => void (given.has("json") || process.stdout.write(`${text}\n`));
    const quick = given.has("quick");
    const result = { ...began, ...(await quality({ given, quick, kernel: await sharedKernel(), python, signal, onStep: tell }, print)) };
    if (python === null) print(`${absent}.`);
    if (!quick && !given.has("only")) await save(name, result);
    if (given.has("json")) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  },
});
