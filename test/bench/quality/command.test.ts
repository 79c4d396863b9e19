import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { pythonWith } from "../../../bench/python.ts";
import { qualityCommand } from "../../../bench/quality/command.ts";
import type { RecordingResult } from "../../../bench/quality/recording.ts";
import { run } from "../../fixtures/command.ts";
import { recordingAbsent, recordingPath } from "../../fixtures/recording.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const absent = recordingAbsent ?? (pythonWith("lightgbm, xgboost") === undefined ? "no Python with lightgbm and xgboost" : null);

/** Runs the command, and says what it keeps. */
async function quality(...words: string[]) {
  const saved: string[] = [];
  const ran = await run(
    qualityCommand(async (name) => void saved.push(name)),
    ...words,
  );
  return { ...ran, saved };
}

test("a bench that is not there is told with the nearest that is", async () => {
  const { code, stderr } = await quality("recordin");
  expect(code).toBeNull();
  expect(stderr).toMatch(/MGV_USAGE: There is no quality bench recordin\. .*recording/);
});

/** One reading in twenty. */
async function slice(path: string): Promise<string> {
  const [header, ...rows] = (await readFile(recordingPath, "utf8")).split("\n");
  await writeFile(path, [header, ...rows.filter((_, row) => row % 20 === 0)].join("\n"));
  return path;
}

test.skipIf(absent)(
  `on a slice of the recording all learners tell random rows apart, and what is not all is not kept${absent === null ? "" : `: skipped, ${absent}`}`,
  async () => {
    await using folder = await temporaryFolder();
    const { code, stdout, saved } = await quality("recording", "--data", await slice(folder.file("slice.csv")), "--only", "random", "--draws", "0", "--peers", "--json");
    expect(code).toBe(0);
    expect(saved).toEqual([]);
    const { splits, blocks, features, parameters } = JSON.parse(stdout) as RecordingResult;
    expect(parameters.min_data_in_leaf).toBe(20);
    expect([splits.length, blocks.length, features]).toEqual([1, 0, null]);
    const { learners } = splits[0]!;
    expect(learners.map(({ name }) => name.split(" ")[0])).toEqual(["Mangrove", "LightGBM", "XGBoost"]);
    for (const { figures } of learners) expect(figures.balancedAccuracy).toBeGreaterThan(0.98);
  },
  120_000,
);
