import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobAnswer } from "../../api/contract.ts";
import { jobNames } from "../../trainer/jobs/job.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { stumpModel } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { projectRoot, runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const names = Object.keys(runtimes) as RuntimeName[];
const places = ["--history", "history", "--model-path", "model.json", "--reports", "reports"];

/** It is between eight and nine there, and no job is due before noon. */
const offset = ((8 - new Date().getUTCHours() + 12 + 24) % 24) - 12;
const environment = { MANGROVE_TIME_ZONE: `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`, ML_AUTO_TRAIN_ON_STARTUP: "false" };

/** Four days of three simulated rooms that an engine has read and scored, and a model that gives its successor a few trees. */
let days: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  days = await temporaryFolder();
  const { forest, card } = stumpModel(smoke, "eCO2[ppm]", 420);
  await writeFile(days.file("model.json"), xgboostJson.write(withCard(forest, { ...card, parameters: { ...card.parameters, rounds: 8 } })));
  await using engine = start("node", ["mangrove.ts", "engine", "--source", "simulate", "--speed", "max", "--sensors", "3", "--rate", "0.01", "--duration", "345600", "--until-end", "--state", "state", "--history", "history", "--model-path", "model.json"], { cwd: days.path });
  expect(await engine.ended, engine.stderr()).toBe(0);
});
afterAll(() => days?.[Symbol.asyncDispose]());

/** A copy of {@link days}. */
async function folderOfDays() {
  const folder = await temporaryFolder();
  await cp(days.path, folder.path, { recursive: true, preserveTimestamps: true });
  return folder;
}

// the first of them waits for the next minute of the clock, and the others need not
describe.concurrent("jobs", () => {
  test("up makes up for a run that was missed while nobody was there, once", async ({ expect }) => {
    await using folder = await folderOfDays();
    await mkdir(folder.file("reports/jobs/aggregation"), { recursive: true });
    await writeFile(folder.file("reports/jobs/aggregation/record.json"), JSON.stringify({ begun: new Date(Date.now() - 3 * 86_400_000).toISOString(), last: null }));
    await using up = start("node", ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "posted", ...places], { cwd: folder.path, env: environment });
    await up.seen(/job {5}aggregation next in a minute, as the last one was missed/);
    const [, url] = await up.seen(/api {5}(http:\S+)/);
    await up.seen(/job {5}aggregation: /);
    const own = async () => (((await (await fetch(`${url}/jobs`)).json()) as { jobs: JobAnswer[] }).jobs).find(({ name }) => name === "aggregation")!;
    await expect.poll(own).toMatchObject({ running: false, last: { outcome: "succeeded" } });
    expect(Date.parse((await own()).next!)).toBeGreaterThan(Date.now());
    up.signal("SIGTERM");
    expect(await up.ended, up.stderr()).toBe(0);
    expect(up.stderr().match(/aggregation begins/g)).toHaveLength(1);
  });

  test.for(names)("on %s every job runs on a real history, tells what came of it as JSON, and leaves a report", async (runtime, { expect }) => {
    await using folder = await folderOfDays();
    for (const name of jobNames) {
      await using job = start(runtime, ["mangrove.ts", "jobs", "run", name, "--at", "2022-06-13T06:00:00Z", "--json", ...places], { cwd: folder.path, env: { MANGROVE_TIME_ZONE: "UTC" } });
      expect(await job.ended, job.stderr()).toBe(0);
      const said = JSON.parse(job.stdout()) as { job: string; outcome: string; report: string; data: object };
      expect(said).toMatchObject({ job: name, outcome: "succeeded", attempts: 1, report: expect.stringMatching(new RegExp(`/${name}_20220613T060000Z$`)) as string });
      expect(JSON.parse(await readFile(folder.file(`reports/${said.report}.json`), "utf8"))).toMatchObject({ job: name, data: said.data });
      expect(await readFile(folder.file(`reports/${said.report}.html`), "utf8")).toContain("<svg");
    }
    expect(await readdir(folder.file("reports/daily_batches"))).toContain("processed_historical_smoke_data_2022-06-12.parquet");
    await using list = start(runtime, ["mangrove.ts", "jobs", "--json", ...places], { cwd: folder.path });
    expect(await list.ended, list.stderr()).toBe(0);
    expect((JSON.parse(list.stdout()) as JobAnswer[]).map(({ name, last }) => [name, last?.outcome])).toEqual(jobNames.map((name) => [name, "succeeded"]));
  });

  test("the daily aggregation tends the history, also where nothing is trained: days that are older than is kept go", async ({ expect }) => {
    await using folder = await folderOfDays();
    await using job = start("node", ["mangrove.ts", "jobs", "run", "aggregation", ...places], { cwd: folder.path, env: { MANGROVE_HISTORY_RETENTION_DAYS: "1" } });
    expect(await job.ended, job.stderr()).toBe(0);
    expect(await readdir(folder.file("history/kind=readings"))).toEqual([]);
  });

  test("a history that cannot be tended is told of, and the daily aggregation has succeeded all the same", async ({ expect }) => {
    await using folder = await folderOfDays();
    await rm(folder.file("history/tending"), { recursive: true, force: true });
    await writeFile(folder.file("history/tending"), "no folder");
    await using job = start("node", ["mangrove.ts", "jobs", "run", "aggregation", "--json", ...places], { cwd: folder.path });
    expect([await job.ended, JSON.parse(job.stdout()), job.stderr()]).toEqual([0, expect.objectContaining({ outcome: "succeeded" }), expect.stringContaining("history is not tended: ")]);
  });

  test("a wrong name, a wrong time and a broken history end with their exit codes", async ({ expect }) => {
    await using folder = await temporaryFolder();
    const run = async (...words: string[]) => {
      await using job = start("node", ["mangrove.ts", "jobs", "run", ...words, ...places], { cwd: folder.path });
      return [await job.ended, job.stderr()] as const;
    };
    expect(await run("qualiti")).toEqual([2, expect.stringContaining("There is no job qualiti. Did you mean quality?")]);
    expect(await run("quality", "--at", "yesterday")).toEqual([2, expect.stringContaining("--at must be a time with a zone")]);
    await mkdir(folder.file("history/kind=readings/date=2026-03-01"), { recursive: true });
    await writeFile(folder.file("history/kind=readings/date=2026-03-01/a.replaces"), "{");
    await writeFile(folder.file("history/kind=readings/date=2026-03-01/a.parquet"), "");
    const [code, said] = await run("quality");
    expect([code, said]).toEqual([1, expect.stringMatching(/job {5}quality has failed: MGV_HISTORY: /)]);
    expect(JSON.parse(await readFile(folder.file("reports/jobs/quality/record.json"), "utf8"))).toMatchObject({ last: { outcome: "failed", attempts: 1, detail: expect.stringContaining("MGV_HISTORY") as string } });
  });

  test.for(names)("up on %s runs jobs when it is asked, and shows their reports", async (runtime, { expect }) => {
    await using folder = await folderOfDays();
    await using up = start(runtime, ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "posted", ...places], { cwd: folder.path, env: environment });
    const [, url] = await up.seen(/api {5}(http:\S+)/);
    const jobs = async () => new Map((((await (await fetch(`${url}/jobs`)).json()) as { jobs: JobAnswer[] }).jobs).map((job) => [job.name, job]));
    const run = async (name: string) => (await fetch(`${url}/jobs/${name}/run`, { method: "POST" })).status;
    expect([await run("quality"), await run("quality"), await run("dreams")]).toEqual([202, 409, 404]);
    expect((await jobs()).get("quality")).toMatchObject({ running: true, next: expect.stringContaining(`T${String((12 - offset + 24) % 24).padStart(2, "0")}:00:00.000Z`) as string });
    await expect.poll(async () => (await jobs()).get("quality")).toMatchObject({ running: false, last: { outcome: "succeeded", attempts: 1, detail: expect.stringContaining("of 3 sensors") as string } });
    const report = await fetch(`${url}/jobs/quality/report`);
    expect([report.status, await report.text()]).toEqual([200, expect.stringContaining("<h1>Data quality</h1>")]);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/mangrove_job_runs_total\{job="quality",outcome="succeeded"\} 1\n/);
    up.signal("SIGTERM");
    expect(await up.ended, up.stderr()).toBe(0);
  });

  test("two processes never run one job of a folder at once", async ({ expect }) => {
    await using folder = await temporaryFolder();
    const begin = () => start("node", ["mangrove.ts", "jobs", "run", "quality", "--json", ...places], { cwd: folder.path });
    await mkdir(join(folder.path, "reports/jobs/quality"), { recursive: true });
    const held = spawnSync(runtimes.node[0], ["--input-type=module", "-e", `
      import { own } from ${JSON.stringify(join(projectRoot, "engine/log/owner.ts"))};
      import { spawnSync } from "node:child_process";
      using lock = await own(${JSON.stringify(folder.file("reports/jobs/quality"))});
      const { status, stdout, stderr } = spawnSync(process.execPath, [${JSON.stringify(join(projectRoot, "mangrove.ts"))}, "jobs", "run", "quality", "--json", ...${JSON.stringify(places)}], { cwd: ${JSON.stringify(folder.path)}, encoding: "utf8" });
      console.log(JSON.stringify({ status, stdout, stderr }));
    `], { encoding: "utf8" });
    const { status, stdout, stderr } = JSON.parse(held.stdout) as { status: number; stdout: string; stderr: string };
    expect([status, JSON.parse(stdout), stderr]).toEqual([1, { job: "quality", outcome: "busy" }, expect.stringContaining("another process runs it for reports at this moment")]);
    await using after = begin();
    expect(await after.ended, after.stderr()).toBe(0);
  });
});
