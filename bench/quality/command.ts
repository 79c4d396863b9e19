import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { recordingAbsent, recordingPath } from "../../test/fixtures/recording.ts";
import { commit } from "../machine.ts";
import { pythonWith } from "../python.ts";
import type { CompareOptions } from "./compare.ts";
import { recordingQuality } from "./recording.ts";
import { recordingReport } from "./report.ts";

interface QualityOptions extends Omit<CompareOptions, "parameters"> {
  readonly data: string | undefined;
  readonly draws: number;
}

/** By name; each resolves to what is kept of it, and to what people read. */
const qualities: ReadonlyMap<string, (options: QualityOptions) => Promise<{ result: object; report: string }>> = new Map([
  [
    "recording",
    async ({ data, ...options }) => {
      if (data === undefined && recordingAbsent !== null) throw new MangroveError("MGV_USAGE", `${recordingAbsent}, and so does --data FILE.`);
      const result = await recordingQuality({ path: data ?? recordingPath, ...options });
      return { result, report: recordingReport(result) };
    },
  ],
]);

/** `save` keeps a result. */
export const qualityCommand = (save: (name: string, result: object) => Promise<void>): Command => ({
  name: "quality",
  summary: "how good models are, beside LightGBM and XGBoost",
  operands: [{ name: "BENCH", help: `${[...qualities.keys()].join(", ")}` }],
  flags: [
    { name: "data", value: "FILE", help: "the smoke recording (DATASET)" },
    { name: "draws", value: "N", help: "how often each comparison is done again by other chances (10)" },
    { name: "peers", help: "fail where the peers are absent, instead of going without them" },
    { name: "json", help: "print results as JSON" },
  ],
  examples: ["npm run quality -- recording --peers", "npm run -s quality -- recording --draws 2 --json > recording.json"],
  async run(given, signal) {
    const name = given.operand("BENCH");
    const quality = qualities.get(name);
    if (!quality) throw new MangroveError("MGV_USAGE", `There is no quality bench ${name}.${didYouMean(name, qualities.keys())} There is ${[...qualities.keys()].join(", ")}.`);
    const python = pythonWith("lightgbm, xgboost") ?? null;
    const absent = "LightGBM and XGBoost are absent (they need Python with both: pip install -r bench/peers/requirements.txt)";
    if (python === null && given.has("peers")) throw new MangroveError("MGV_USAGE", `${absent}.`);
    const draws = given.number("draws", { min: 0, max: 1000, whole: true }) ?? 10;
    const began = { date: new Date().toISOString(), commit: commit() };
    const { result, report } = await quality({ data: given.text("data"), draws, kernel: await sharedKernel(), python, signal, onStep: tell });
    const all = { ...began, ...result };
    await save(name, all);
    process.stdout.write(given.has("json") ? `${JSON.stringify(all, null, 2)}\n` : `${report}${python === null ? `\n${absent}\n` : ""}`);
    return 0;
  },
});
