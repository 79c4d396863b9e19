import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import type { TrainProgress } from "../trainer/row-trainer.ts";
import type { SearchProgress } from "../trainer/search.ts";
import { isJsonLog, isLogged, jsonText, logLine, type About } from "./log-line.ts";

/** A line of the log, on stderr, as stdout is for data: as it is, or as JSON where MANGROVE_LOG says so. */
export function tell(line: string, about: About = {}): void {
  const logged = logLine(line, about);
  if (!isLogged(logged.level)) return;
  const { stack } = about;
  process.stderr.write(`${isJsonLog() ? jsonText(logged, { nowMs: Date.now(), stack }) : stack === undefined ? line : `${line}\n${stack}`}\n`);
}

/** Text from a file as it may go to a terminal: control characters, which could steer it, become `\ufffd`. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}

/** `1 row`, `2 rows` */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** One that comes sooner is the same Ctrl-C: a program has it from the terminal, and npm, which has it too, passes it on. */
const AGAIN_MS = 1000;

/** Aborts `controller` on Ctrl-C or SIGTERM, which drains; another one, a second later or more, ends the process at once. */
export function abortOnInterrupt(controller: AbortController): void {
  let firstMs = -Infinity;
  const interrupt = () => {
    const nowMs = performance.now();
    if (!controller.signal.aborted) firstMs = nowMs;
    else if (nowMs - firstMs >= AGAIN_MS) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
}

/** Resolves when the signal has aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const BAR = 30;

/** Shows a training as a bar that fills on a terminal, else as a line for each forest that is begun. */
export function trainingProgress(): (progress: TrainProgress) => void {
  let lastWhat = "";
  let shown = -1;
  return ({ what, trees, ofTrees }) => {
    if (!process.stderr.isTTY || isJsonLog()) {
      if (what !== lastWhat) tell(`training ${what} (${trees - 1} of ${ofTrees} trees done)`);
      lastWhat = what;
      return;
    }
    const filled = Math.floor((trees / ofTrees) * BAR);
    if (filled === shown && what === lastWhat && trees !== ofTrees) return;
    [lastWhat, shown] = [what, filled];
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    process.stderr.write(`\r${bar} ${Math.floor((trees / ofTrees) * 100)} % ${what}\x1b[K${trees === ofTrees ? "\n" : ""}`);
  };
}

/** Shows a search in one line on a terminal, else a line for each trial and rung. */
export function searchProgress(): (progress: SearchProgress) => void {
  return ({ rung, ofRungs, done, ofTrials, trial, best, remainingMs }) => {
    const left = remainingMs < 500 ? "" : `, about ${Math.round(remainingMs / 1000)} s left`;
    const line = `rung ${rung} of ${ofRungs}: ${done} of ${ofTrials} trials; best so far is trial ${best.trial} with ${best.loss.toFixed(4)}${left}`;
    if (!process.stderr.isTTY || isJsonLog()) tell(`${line} (trial ${trial})`);
    else process.stderr.write(`\r${line}\x1b[K${rung === ofRungs && done === ofTrials ? "\n" : ""}`);
  };
}

/** Tells what was thrown, with the stack of what nobody expected. The exit code: 1 failed, 2 wrong use. */
export function tellFailure(thrown: unknown): 1 | 2 {
  const error = MangroveError.from(thrown);
  const stack = error.code === "MGV_INTERNAL" && error.cause instanceof Error ? error.cause.stack : undefined;
  tell(`${error.code}: ${error.message}`, { stack });
  return error.code === "MGV_USAGE" ? 2 : 1;
}
