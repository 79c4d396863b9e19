import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { readConfig, type Config } from "../../engine/config.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { urlFlag } from "../alerts/service.ts";
import type { Arguments, Command } from "../command.ts";
import { statusOf } from "../status-of.ts";
import { counted, printable, tell } from "../terminal.ts";
import { SUPERVISOR } from "../workers.ts";
import { askSystem } from "./control.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";
import { smokeSteps, streamStep, type Service } from "./smoke-steps.ts";

export const testSystemCommand: Command = {
  name: "system test",
  summary: "tests a running system step by step, or one that it starts and stops (this is test_system.sh)",
  flags: [urlFlag, directoryFlag, { name: "read-only", help: "sends no reading into the stream" }],
  examples: ["./test_system.sh", "./test_system.sh --url http://127.0.0.1:8080 --read-only"],
  async run(given, signal) {
    const config = readConfig(process.env);
    const { clientKey } = config;
    const running = await runningAt(given, config);
    await using own = running === null ? await startOwn(signal) : null;
    const url = running ?? own!.url;
    tell(`test    ${url}${own ? ", started for this test" : ""}`);
    const service: Service = { url, headers: clientKey === null ? {} : { Authorization: `Bearer ${clientKey}` }, now: () => performance.now() };
    const steps = given.has("read-only") ? smokeSteps : [...smokeSteps, streamStep];
    let failed = 0;
    for (const { name, run } of steps) {
      signal.throwIfAborted();
      const startedMs = performance.now();
      const { isWell, said } = await run(service).then((said) => ({ isWell: true, said }), (thrown: unknown) => ({ isWell: false, said: thrown instanceof Error ? thrown.message : String(thrown) }));
      if (!isWell) failed++;
      tell(`${isWell ? "ok     " : "FAILED "} ${name.padEnd(8)} ${String(Math.round(performance.now() - startedMs)).padStart(6)} ms  ${printable(said)}`, { level: isWell ? "info" : "error", event: "system.test" });
    }
    tell(`test    ${counted(steps.length - failed, "step")} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  },
};

/** Null: nothing runs. */
async function runningAt(given: Arguments, { port }: Config): Promise<string | null> {
  const url = given.text("url");
  if (url !== undefined) return url;
  const system = await askSystem(systemDirectoryOf(given), "status");
  if (system) return system.api;
  const usual = `http://127.0.0.1:${port}`;
  return (await statusOf(`${usual}/livez`)) === 200 ? usual : null;
}

/** A system in a temporary folder, on free ports, without Kafka. Stopped, and its folder deleted, when it is disposed of. */
async function startOwn(signal: AbortSignal): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(join(tmpdir(), "mangrove-system-"));
  const [port, probePort] = [await freePort(), await freePort()];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(KAFKA_|FLASK_|MODEL_|MANGROVE_)/.test(name)));
  const mangrove = (...words: string[]) => spawn(process.execPath, [...process.execArgv, resolve(process.argv[1]!), "system", ...words], { cwd: folder, env: { ...env, [SUPERVISOR]: String(process.pid) }, stdio: ["ignore", "ignore", "inherit"], detached: true });
  tell("test    nothing runs: a system is started in a temporary folder, which trains a model first");
  // in a group of its own, so that Ctrl-C is for this process alone, which it does not outlive
  const system = mangrove("start", "--port", String(port), "--probe-port", String(probePort));
  const ended = new Promise<void>((done) => system.once("exit", () => done()));
  const stop = async () => {
    system.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    while ((await statusOf(`${url}/readyz`)) !== 200) {
      signal.throwIfAborted();
      if (system.exitCode !== null) throw new MangroveError("MGV_NOT_READY", "The system has not started: what it said above tells why.");
      await new Promise((later) => setTimeout(later, 200));
    }
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return { url, [Symbol.asyncDispose]: stop };
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
