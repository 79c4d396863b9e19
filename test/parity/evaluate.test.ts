import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { evaluateCommand } from "../../commands/evaluate.ts";
import type { Judgement } from "../../trainer/report/report.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { pythonWith } from "./python.ts";

const { python, reason } = pythonWith("lightgbm");

describe.skipIf(reason ?? pythonWith("xgboost").reason)("models that Python trained are judged as Python judges them", () => {
  test("of LightGBM and of XGBoost in both of its formats: accuracy, AUC and log loss to a millionth", async () => {
    await using folder = await temporaryFolder();
    const script = fileURLToPath(new URL("./evaluate_peers.py", import.meta.url));
    const expected = JSON.parse(execFileSync(python!, [script, folder.path], { encoding: "utf8" })) as Record<"lightgbm" | "xgboost", Record<"accuracy" | "auc" | "logloss", number>>;
    for (const file of ["lightgbm.txt", "xgboost.json", "xgboost.ubj"]) {
      const { code, stdout, stderr } = await run(evaluateCommand, "--model", folder.file(file), "--data", folder.file("held.csv"), "--label", "y", "--json");
      expect(code, stderr).toBe(0);
      const { measures } = (JSON.parse(stdout) as { split: { judgement: Judgement } }).split.judgement;
      const peer = expected[file.startsWith("lightgbm") ? "lightgbm" : "xgboost"];
      expect(measures.rows).toBe(1500);
      for (const figure of ["accuracy", "auc", "logloss"] as const) expect(Math.abs(measures[figure]! - peer[figure]), `${file} ${figure}`).toBeLessThan(1e-6);
    }
  });
});
