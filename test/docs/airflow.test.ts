import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseArguments } from "../../commands/command.ts";
import { runJobCommand } from "../../commands/jobs/run.ts";
import { jobNames } from "../../trainer/jobs/job.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const page = await readFile(fileURLToPath(new URL("../../docs/airflow.md", import.meta.url)), "utf8");
const [, program = ""] = /```python\n(.*?)```/s.exec(page) ?? [];
const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) console.log("the DAGs of docs/airflow.md SKIPPED: there is no python3");

test("the DAGs call every job by flags that it has", () => {
  expect([...program.matchAll(/^ {4}"(\w+)": "[^"]+",$/gm)].map(([, name]) => name)).toEqual(jobNames);
  const [, words = ""] = /-- jobs run (.*?)",\n/.exec(program) ?? [];
  const given = parseArguments(runJobCommand, words.replace("{name}", "quality").replace("{{{{ data_interval_end.isoformat() }}}}", "2026-03-01T06:00:00+00:00").split(" "));
  expect([given.operand("NAME"), given.text("at"), given.has("json")]).toEqual(["quality", "2026-03-01T06:00:00+00:00", true]);
});

test.skipIf(!hasPython)("they are Python", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("dags.py"), program);
  const { status, stderr } = spawnSync("python3", ["-m", "py_compile", folder.file("dags.py")], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
});
