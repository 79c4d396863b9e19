import { spawn, type ChildProcess } from "node:child_process";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { aborted, tell } from "./terminal.ts";

/** A worker that dies is started again after 1, 2, 4, 8 seconds, one that has run for a minute after 1 again; then it is given up. */
const LONGEST_PAUSE_S = 8;

/** In the environment of a process: the id of whoever keeps it running. */
export const SUPERVISOR = "SUPERVISOR_PID";
const LOOK_MS = 1000;

/**
 * Runs this very command in `count` processes, each a member of its own, until they have all come to their end or `signal` aborts. Resolves to the exit
 * code: 0 where all have ended well.
 */
export async function runWorkers(count: number, signal: AbortSignal): Promise<number> {
  const codes = await Promise.all(Array.from({ length: count }, (_, index) => keepRunning(index, count, signal)));
  return codes.every((code) => code === 0) ? 0 : 1;
}

/** A process that another one keeps running ends, after it has drained, when the process that started it is gone: nobody would start it again, or end it. */
export function endWithSupervisor(): void {
  const supervisor = process.env[SUPERVISOR];
  if (supervisor === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === Number(supervisor)) return;
    clearInterval(timer);
    tell("stopping: the process that started this one is gone");
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  timer.unref();
}

async function keepRunning(index: number, count: number, signal: AbortSignal): Promise<number> {
  for (let pauseS = 1; ; pauseS *= 2) {
    const startedMs = performance.now();
    const worker = start(index, count);
    const stop = () => worker.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    const { code, by } = await ended(worker);
    signal.removeEventListener("abort", stop);
    if (signal.aborted || code === 0) return code ?? 0;
    const how = `worker ${index + 1} ended ${by ? `by ${by}` : `with code ${code}`}`;
    if (performance.now() - startedMs > 60_000) pauseS = 1;
    // a wrong flag stays wrong
    if (code === 2 || pauseS > LONGEST_PAUSE_S) {
      tell(`${how}, and is given up`);
      return code ?? 1;
    }
    tell(`${how}, and begins again in ${pauseS} s`);
    await Promise.race([delay(pauseS * 1000), aborted(signal)]);
    if (signal.aborted) return 0;
  }
}

function start(index: number, count: number): ChildProcess {
  const words = process.argv.slice(1).filter((word, i, all) => !word.startsWith("--workers") && all[i - 1] !== "--workers");
  const port = Number(process.env["PROMETHEUS_PORT"]);
  // a topic that is made now is for all of them
  const partitions = Math.max(Number(process.env["MANGROVE_TOPIC_PARTITIONS"] ?? 1), count);
  const env = { ...process.env, MANGROVE_TOPIC_PARTITIONS: String(partitions), [SUPERVISOR]: String(process.pid), ...(port > 0 && { PROMETHEUS_PORT: String(port + index) }) };
  // in a group of its own: Ctrl-C in a terminal is for this process, which passes it on
  return spawn(process.execPath, [...process.execArgv, ...words], { stdio: ["ignore", "inherit", "inherit"], env, detached: true });
}

function ended(worker: ChildProcess): Promise<{ code: number | null; by: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    worker.once("error", ({ message }) => {
      tell(`a worker did not start: ${message}`);
      resolve({ code: 1, by: null });
    });
    worker.once("exit", (code, by) => resolve({ code, by }));
  });
}
