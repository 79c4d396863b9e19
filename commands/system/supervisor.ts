import { join } from "node:path";
import process from "node:process";
import { aborted, tell } from "../terminal.ts";
import { serveControl, type SystemStatus } from "./control.ts";
import { KeptProcess } from "./kept-process.ts";
import type { ProcessSpec } from "./process-spec.ts";

export interface SupervisorOptions {
  readonly specs: readonly ProcessSpec[];
  /** Of logs, and of what steers the system. */
  readonly directory: string;
  /** Where the system's API answers. */
  readonly api: string;
  /** Milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export const logOf = (directory: string, name: string) => join(directory, "logs", `${name}.log`);

/** Starts all processes, each after those that it stands on are ready, and keeps them running until the signal aborts or somebody asks for the end; then they drain, the last one first. Throws `MGV_NOT_READY` where one does not start. */
export async function runSystem({ specs, directory, api, now, signal }: SupervisorOptions): Promise<void> {
  const startedMs = now();
  const kept = new Map(specs.map((spec) => [spec.name, new KeptProcess({ spec, logPath: logOf(directory, spec.name), now })]));
  const stopping = new AbortController();
  const end = AbortSignal.any([signal, stopping.signal]);
  let state: SystemStatus["state"] = "starting";
  await using opened = new AsyncDisposableStack();
  opened.use(
    await serveControl(directory, {
      status: () => ({ pid: process.pid, state, api, processes: [...kept.values()].map(({ status }) => status) }),
      restart(name) {
        void kept.get(name)?.restart();
        return kept.has(name);
      },
      stop: () => stopping.abort(),
    }),
  );

  const runs: Promise<void>[] = [];
  const begin = async (each: KeptProcess) => {
    await Promise.all(each.spec.after.map((name) => kept.get(name)!.firstReady));
    if (!end.aborted) runs.push(each.run());
    await each.firstReady;
  };
  try {
    await Promise.race([Promise.all([...kept.values()].map(begin)), aborted(end)]);
    if (!end.aborted) {
      state = "ready";
      tell(`system  ready after ${((now() - startedMs) / 1000).toFixed(1)} s: ${api}`, { event: "system.ready", fields: { url: api } });
    }
    await aborted(end);
  } finally {
    state = "stopping";
    stopping.abort();
    tell("system  stopping: each process drains, the last one first", { event: "system.stopping" });
    for (const each of [...kept.values()].toReversed()) {
      const beganMs = now();
      const ran = each.status.pid !== null;
      await each.stop();
      if (ran) tell(`system  ${each.spec.name.padEnd(8)} stopped after ${((now() - beganMs) / 1000).toFixed(1)} s`);
    }
    await Promise.all(runs);
  }
}
