import { spawn } from "node:child_process";
import module from "node:module";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { tryOwn } from "../../engine/log/owner.ts";
import { makeFolder } from "../../engine/make-folder.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Command } from "../command.ts";
import { claimPort } from "../port.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { isSimulated, openRuntime, version, type Runtime } from "../runtime.ts";
import { connectKafka } from "../source.ts";
import { tell } from "../terminal.ts";
import { endWithSupervisor } from "../workers.ts";
import { askSystem } from "./control.ts";
import { startContainerBroker } from "./container-broker.ts";
import { directoryFlag, systemDirectoryOf } from "./directory.ts";
import { lastLines, openLog } from "./log-file.ts";
import { setUpModelsDirectory } from "./models-directory.ts";
import { planSystem, systemFlags } from "./plan.ts";
import { logOf, runSystem } from "./supervisor.ts";
import { statusLines } from "./status.ts";

/** Processes of a system whose supervisor was killed need so long at most until they have let go of their ports. */
const PORT_TRIES = 40;
const BROKER_TRIES = 6;

export const startSystemCommand: Command = {
  name: "system start",
  summary: "trainer, API and engines as processes of their own, in order, each kept running (this is start_system.sh)",
  operands: [PIPELINE],
  flags: [
    { name: "detach", help: "goes on behind the terminal; system stop ends it" },
    { name: "kafka", help: "first the broker of compose.yml, in a container that stays when the system stops: docker compose stop kafka ends it" },
    directoryFlag,
    ...systemFlags,
  ],
  examples: ["./start_system.sh", "./start_system.sh --detach --port 8080", "./start_system.sh --kafka", "KAFKA_BOOTSTRAP_SERVERS=localhost:9092 ./start_system.sh --engines 2", "npm run start:system -- --source replay --data recording.csv"],
  async run(given, signal) {
    const directory = systemDirectoryOf(given);
    if (given.has("detach")) return detach(directory);
    if (given.has("kafka")) await step("broker", () => ownBroker(signal));
    endWithSupervisor();
    const runtime = await openRuntime(given);
    const plan = planSystem(given, runtime.config, { learnsFromStream: !isSimulated(runtime) && runtime.config.dataset === null });
    await makeFolder(directory);
    using owner = await tryOwn(directory);
    if (!owner) throw new MangroveError("MGV_USAGE", `A system runs with ${directory} already: mangrove system status shows it, mangrove system stop ends it; --dir names another directory.`);
    tell(`system  mangrove ${version}: ${plan.specs.map(({ name }) => name).join(", ")}; logs in ${directory}/logs; Ctrl-C drains and stops all`, { event: "start", fields: { version } });
    await step("checks", async () => {
      for (const address of plan.addresses) await tries(PORT_TRIES, () => 500, signal, () => claimPort(address));
      return `ports ${plan.addresses.map(({ port }) => port).join(", ")} are free`;
    });
    await step("models", () => setUpModelsDirectory(runtime.models.path));
    if (plan.isKafka) await step("broker", () => brokerAnswers(runtime, signal));
    if ("flushCompileCache" in module) module.flushCompileCache(); // for the processes that begin now
    await runSystem({ specs: plan.specs, directory, api: plan.api, now: () => performance.now(), signal });
    return 0;
  },
};

/** Tells what came of a step, and how long it took. */
async function step(name: string, work: () => Promise<string>): Promise<void> {
  const startedMs = performance.now();
  const said = await work();
  tell(`system  ${name.padEnd(8)} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s: ${said}`, { event: `system.${name}` });
}

/** All processes that begin from here find it by the environment. */
async function ownBroker(signal: AbortSignal): Promise<string> {
  const named = process.env["KAFKA_BOOTSTRAP_SERVERS"];
  if (named) throw new MangroveError("MGV_USAGE", `--kafka starts a broker, and KAFKA_BOOTSTRAP_SERVERS names one already, ${named}: leave one of them out.`);
  const servers = await startContainerBroker({ signal });
  process.env["KAFKA_BOOTSTRAP_SERVERS"] = servers;
  return `the container of compose.yml is healthy, at ${servers}`;
}

async function brokerAnswers({ config, pipeline }: Runtime, signal: AbortSignal): Promise<string> {
  await tries(BROKER_TRIES, (attempt) => 1000 * 2 ** attempt, signal, async () => (await connectKafka(config, pipeline.name))[Symbol.asyncDispose]());
  return `Kafka answers at ${config.kafkaServers.join(", ")}`;
}

async function tries(count: number, pauseMs: (attempt: number) => number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown);
      if (attempt === count - 1 || (code !== "MGV_PORT_BUSY" && code !== "MGV_BROKER")) throw thrown;
      if (attempt === 0) tell(`system  tries again: ${message}`, { level: "warn", event: "system.retry" });
      await delay(pauseMs(attempt), undefined, { signal });
    }
  }
}

/** Starts this very command behind the terminal, and waits until the system is ready. */
async function detach(directory: string): Promise<number> {
  if (await askSystem(directory, "status")) throw new MangroveError("MGV_USAGE", `A system runs with ${directory} already: mangrove system status shows it.`);
  await makeFolder(directory);
  const path = logOf(directory, "system");
  const log = openLog(path);
  const words = process.argv.slice(1).filter((word) => word !== "--detach");
  const child = spawn(process.execPath, [...process.execArgv, ...words], { stdio: ["ignore", log.fd, log.fd], detached: true, windowsHide: true });
  log.close();
  let code: number | null = null;
  child.once("exit", (given) => (code = given ?? 1));
  for (;;) {
    const status = await askSystem(directory, "status");
    if (status?.state === "ready") {
      for (const line of statusLines(status)) tell(line);
      child.unref();
      return 0;
    }
    if (code !== null) {
      for (const line of await lastLines(path, 8)) tell(line);
      return code === 0 ? 1 : code;
    }
    await delay(200);
  }
}
