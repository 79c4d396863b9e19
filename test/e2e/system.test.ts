import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { askSystem } from "../../commands/system/control.ts";
import smoke from "../../pipelines/smoke.ts";
import { freePorts } from "../broker/start.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { plainEnvironment, projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers } = inject("kafka");

/** A folder with a model, and the system commands in it. */
async function system(env: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  await writeStump(folder.file("models/smoke_detection_model.json"), smoke, "eCO2[ppm]", 420);
  const [port, probePort] = await freePorts(2);
  const where = ["--port", String(port), "--probe-port", String(probePort)];
  const call = (...words: string[]) => start("node", ["mangrove.ts", "system", ...words], { cwd: folder.path, env });
  const ran = async (...words: string[]) => {
    await using program = call(...words);
    return { code: await program.ended, stdout: program.stdout(), stderr: program.stderr() };
  };
  const status = () => askSystem(folder.file("state/system"), "status");
  const killed = async (name: string) => {
    const { pid } = (await status())!.processes.find((each) => each.name === name)!;
    const startedMs = performance.now();
    process.kill(pid!, "SIGKILL");
    await expect.poll(async () => (await status())?.processes.find((each) => each.name === name && each.pid !== pid)?.state).toBe("ready");
    console.log(`${name} is back ${((performance.now() - startedMs) / 1000).toFixed(1)} s after kill -9`);
  };
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return { folder, url: `http://127.0.0.1:${port}`, ran, status, killed, begin: (...words: string[]) => call("start", ...where, ...words) };
}

/** Runs one of the scripts of the root. */
function script(name: string, ...words: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    let said = "";
    const child = spawn("bash", [join(projectRoot, name), ...words], { stdio: ["ignore", "pipe", "pipe"], env: plainEnvironment() });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.once("error", reject);
    child.once("exit", (code) => resolve({ code, said }));
  });
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a system starts in order, comes back from kill -9 of each process, is steered, tested and stopped, and leaves nothing behind", async () => {
  const { begin, ran, status, killed, folder, url } = await system();
  await using running = begin();
  await running.seen(/system {2}ready after/);
  expect([...running.stderr().matchAll(/system {2}(\w+) +(?:ready )?after/g)].map(([, name]) => name)).toEqual(["checks", "models", "trainer", "engine", "ready"]);
  const { pid, processes } = JSON.parse((await ran("status", "--json")).stdout) as NonNullable<Awaited<ReturnType<typeof status>>>;
  expect(processes.map(({ name, state, restarts }) => [name, state, restarts])).toEqual([["trainer", "ready", 0], ["engine", "ready", 0]]);

  await killed("trainer");
  await killed("engine");
  const tested = await ran("test", "--url", url);
  // the model is a stump, which takes other readings for fires
  expect(tested.stderr.match(/^FAILED.*$/gm) ?? []).toEqual([]);
  expect(tested).toMatchObject({ code: 0, stderr: expect.stringMatching(/ok +stream .* the prediction of a reading was told/) as string });

  expect(await ran("restart", "engin")).toMatchObject({ code: 2, stderr: expect.stringContaining("there are trainer, engine") as string });
  expect((await ran("restart", "trainer")).code).toBe(0);
  const later = (await status())!;
  expect(later.processes.map(({ name, restarts, last_end }) => [name, restarts, last_end])).toEqual([["trainer", 2, "code 0"], ["engine", 1, "SIGKILL"]]);
  expect((await ran("logs", "engine", "--lines", "500")).stdout).toContain("api     http");
  expect(await ran("start")).toMatchObject({ code: 2, stderr: expect.stringContaining("runs with state/system already") as string });

  expect((await ran("stop")).code).toBe(0);
  expect(await running.ended).toBe(0);
  expect(running.stderr()).toMatch(/engine +stopped[\s\S]*trainer +stopped/);
  expect([pid, ...later.processes.map((each) => each.pid!)].filter(isAlive)).toEqual([]);
  expect((await readdir(folder.file("state/system"))).sort()).toEqual(["logs", "owner.duckdb"]);
  expect(await ran("status", "--json")).toMatchObject({ code: 1, stdout: "null\n" });
});

test("Ctrl-C while a start waits for a port stops it with exit code 0", async () => {
  const { begin, url } = await system();
  const other = createServer().listen(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  await using running = begin();
  await running.seen(/system {2}tries again: Port \d+/);
  running.signal("SIGINT");
  expect(await running.ended, running.stderr()).toBe(0);
  expect(running.stderr()).toMatch(/\nstopped\n$/);
});

test("processes whose supervisor was killed end by themselves, and the next start waits for their ports", async () => {
  const { begin, ran, status } = await system();
  expect(await ran("stop")).toMatchObject({ code: 0, stderr: expect.stringContaining("none runs") as string });
  await using running = begin();
  await running.seen(/system {2}ready after/);
  const { pid, processes } = (await status())!;
  process.kill(pid, "SIGKILL");
  await running.ended;
  await using again = begin();
  await again.seen(/system {2}ready after/);
  await expect.poll(() => processes.map((each) => each.pid!).filter(isAlive)).toEqual([]);
  again.signal("SIGINT");
  expect(await again.ended, again.stderr()).toBe(0);
  expect((await ran("logs")).stdout).toMatch(/^trainer {2}\| stopping: the process that started this one is gone$/m);
});

test("a process that cannot start is told with the end of its log, and the others are stopped", async () => {
  const { begin, status } = await system();
  await using running = begin("--sensors", "none");
  expect(await running.ended).toBe(1);
  expect(running.stderr()).toMatch(/MGV_NOT_READY: engine does not start: it ended by code 2\. state\/system\/logs\/engine\.log ends with:\n[\s\S]*--sensors must be/);
  expect(running.stderr()).toMatch(/trainer +stopped/);
  expect(await status()).toBeNull();
});

test("start_system.sh starts behind the terminal, test_system.sh tests what runs, and it is stopped by its name", async () => {
  const { folder, url } = await system();
  const where = ["--dir", folder.file("system")];
  const places = ["--model-path", folder.file("models/smoke_detection_model.json"), "--history", folder.file("history"), "--reports", folder.file("reports"), "--state", folder.file("engine")];
  const [probePort] = await freePorts(1);
  const started = await script("start_system.sh", "--detach", "--port", new URL(url).port, "--probe-port", String(probePort), ...where, ...places);
  try {
    expect(started).toMatchObject({ code: 0, said: expect.stringContaining("system ready") as string });
    expect(await script("test_system.sh", "--read-only", ...where)).toMatchObject({ code: 0, said: expect.stringContaining("10 steps passed, 0 failed") as string });
  } finally {
    expect((await script("start_system.sh", "stop", ...where)).code).toBe(0);
  }
  expect(await readFile(folder.file("system/logs/system.log"), "utf8")).toMatch(/trainer +stopped/);
  expect((await script("start_system.sh", "status", ...where)).code).toBe(1);
});

test.skipIf(servers === null)("on Kafka trainer, API and engines are processes of their own, and readings come through after kill -9 of each", async () => {
  const topic = `system-${process.pid}-${Date.now().toString(36)}`;
  const { begin, ran, killed, status, url } = await system({ KAFKA_BOOTSTRAP_SERVERS: servers!, KAFKA_TOPIC_SMOKE: topic, MANGROVE_APP_ID: topic });
  await using running = begin("--engines", "2");
  await running.seen(/system {2}ready after/);
  expect((await status())!.processes.map(({ name }) => name)).toEqual(["trainer", "api", "engine-1", "engine-2"]);
  for (const name of ["api", "engine-1", "engine-2"]) await killed(name);
  expect((await ran("test", "--url", url)).stderr.match(/^(ok|FAILED) +stream/gm)).toEqual(["ok      stream"]);
  running.signal("SIGTERM");
  expect(await running.ended, running.stderr()).toBe(0);
});
