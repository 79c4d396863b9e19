import { spawn } from "node:child_process";
import process from "node:process";
import type { JobName } from "../../trainer/jobs/job.ts";
import type { LastRun } from "../../trainer/jobs/record.ts";
import type { Arguments } from "../command.ts";
import { historyDirectoryOf } from "../history-store.ts";
import type { Runtime } from "../runtime.ts";
import { reportsDirectoryOf } from "./flags.ts";

/** What a child says at its end; null where it has died before it could. */
export type ChildOutcome = LastRun | { readonly outcome: "busy" } | null;

/** Runs one attempt of a job as `mangrove jobs run` in a child of low priority, whose log is that of this process. It gets the pipeline, and the flags that say where things are. */
export async function runInChild(given: Arguments, runtime: Runtime, { name, attempt, began, signal }: { name: JobName; attempt: number; began: string; signal: AbortSignal }): Promise<ChildOutcome> {
  const { pipelineFile, models } = runtime;
  const appId = given.text("app-id");
  const places = ["--reports", reportsDirectoryOf(given, runtime), "--history", historyDirectoryOf(given, runtime), "--model-path", models.path, ...(appId === undefined ? [] : ["--app-id", appId])];
  const words = ["jobs", "run", name, ...(pipelineFile === null ? [] : [pipelineFile]), ...places, "--attempt", String(attempt), "--began", began, "--low-priority", "--json"];
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...words], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await outcomeOf(child);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function outcomeOf(child: ReturnType<typeof spawn>): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout!.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.once("error", () => resolve(null));
    child.once("close", () => {
      try {
        resolve(JSON.parse(text) as ChildOutcome);
      } catch {
        resolve(null);
      }
    });
  });
}
