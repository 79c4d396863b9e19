import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const names = Object.keys(runtimes) as RuntimeName[];
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const golden = (name: string) => join(root, "test", "goldens", name);

/** The rows of f0 to f3 that are told to every runtime: more than one batch. */
const rows = Array.from({ length: 20_000 }, (_, i) => [i % 7 === 0 ? "" : ((i % 997) - 500) / 250, ((i * 31) % 1009) / 500 - 1, (i % 101) / 50 - 1, i % 3].join(","));

async function ran(runtime: RuntimeName, cwd: string, ...words: string[]) {
  await using program = start(runtime, ["mangrove.ts", ...words], { cwd });
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

test("predict, evaluate, model info and model convert print the same on every runtime", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), `f0,f1,f2,f3\n${rows.join("\n")}\n`);
  await writeFile(folder.file("labelled.csv"), `UTC,f0,f1,f2,f3,y\n${rows.slice(0, 4000).map((row, i) => `${1_700_000_000 + 10 * i + 1000 * Math.floor(i / 100)},${row},${i % 50 < 20 ? 1 : 0}`).join("\n")}\n`);
  const outputs = new Map<RuntimeName, string>();
  for (const name of names) {
    const parts: string[] = [];
    for (const words of [
      ["predict", "--model", golden("xgboost/softprob.json"), "--data", "rows.csv"],
      ["predict", "--model", golden("lightgbm/binary.txt"), "--data", "rows.csv", "--json"],
      ["evaluate", "--model", golden("lightgbm/binary.txt"), "--data", "labelled.csv", "--label", "y", "--false-alarms", "20"],
      ["evaluate", "--model", golden("xgboost/logistic.json"), "--data", "labelled.csv", "--label", "y", "--json"],
      ["model", "info", golden("xgboost/dart.ubj")],
      ["model", "convert", golden("lightgbm/binary.txt"), `${name}.json`],
      ["model", "info", `${name}.json`, "--json"],
    ]) {
      const { code, stdout, stderr } = await ran(name, folder.path, ...words);
      expect(code, stderr).toBe(0);
      parts.push(stdout.replaceAll(`${name}.json`, "OUT"), words[0] === "predict" ? "" : stderr.replaceAll(`${name}.json`, "OUT"));
    }
    outputs.set(name, parts.join("\n"));
  }
  expect(outputs.get("node")!.split("\n").length).toBeGreaterThan(40_000);
  for (const name of names) expect(outputs.get(name) === outputs.get("node"), name).toBe(true);
});

test.each(names)("%s ends quietly when the reader of its output has seen enough", async (name) => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), `f0,f1,f2,f3\n${Array.from({ length: 20 }, () => rows.join("\n")).join("\n")}\n`);
  const command = [...runtimes[name], join(root, "mangrove.ts"), "predict", "--model", golden("xgboost/logistic.json"), "--data", folder.file("rows.csv")];
  const { stdout, stderr } = spawnSync("bash", ["-c", `${command.map((word) => `'${word}'`).join(" ")} | head -n 2; echo "exit \${PIPESTATUS[0]}"`], { encoding: "utf8" });
  expect(stdout).toMatch(/^prediction\n0\.\d+\nexit 0\n$/);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test.each<[string[], number, RegExp]>([
  [["model", "--help"], 0, /model list .*\n.*model info FILE.*\n.*model promote MODEL.*\n.*model trial.*\n.*model rollback.*\n.*model diff A B.*\n.*model convert IN OUT/],
  [["model", "info", "--help"], 0, /mangrove model info FILE \[PIPELINE\]: /],
  [["--help"], 0, /predict .*\n.*evaluate .*\n.*backtest MODEL.*\n.*features.*\n.*model list/],
  [["model"], 2, /model convert IN OUT/],
  [["model", "inof", "x"], 2, /no command model inof\. Did you mean model info\?/],
  [["model", "info"], 2, /MGV_USAGE: model info needs FILE/],
  [["model", "info", "none.json"], 1, /MGV_FILE_READ/],
  [["evaluate", "--model", "x.json"], 2, /MGV_USAGE: evaluate needs --model FILE and --data FILE/],
  [["predict", "--model", "x.json"], 2, /MGV_USAGE: predict needs --model FILE and --data FILE/],
  [["predict", "--model", "x.json", "--data", "y.csv"], 1, /MGV_FILE_READ: Cannot read x\.json/],
  [["predict", "--model", golden("xgboost/logistic.json"), "--data", "y.csv", "--margin", "--leaf"], 2, /MGV_USAGE: --margin and --leaf/],
])("mangrove %j ends with %i", async (words, code, printed) => {
  await using folder = await temporaryFolder();
  const result = await ran("node", folder.path, ...words);
  expect(result.code, result.stderr).toBe(code);
  expect(result.stdout + result.stderr).toMatch(printed);
});

test("Ctrl-C ends a prediction with 1, what was not scored is said, and no file is left", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), `f0,f1,f2,f3\n${Array.from({ length: 200 }, () => rows.join("\n")).join("\n")}\n`);
  await using program = start("node", ["mangrove.ts", "predict", "--model", golden("xgboost/logistic.json"), "--data", "rows.csv", "--out", "out.csv"], { cwd: folder.path });
  await program.seen(/4 features by name/);
  program.signal("SIGINT");
  expect(await program.ended, program.stderr()).toBe(1);
  expect(program.stderr()).toMatch(/stopped after \d+ rows in .*: the rest of rows\.csv is not scored/);
  expect(await readdir(folder.path)).toEqual(["rows.csv"]);
});
