import { constants, setPriority } from "node:os";
import process from "node:process";
import { isoTimeMs } from "../../engine/decode/iso-time.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { jobNames, type JobAlert, type JobName } from "../../trainer/jobs/job.ts";
import { jobNamed, jobsOf } from "../../trainer/jobs/jobs.ts";
import { runJob } from "../../trainer/jobs/run-job.ts";
import type { Arguments, Command } from "../command.ts";
import { tendByConfig } from "../history/tend.ts";
import { historyDirectoryOf } from "../history-store.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { openRuntime, type Runtime } from "../runtime.ts";
import { printable, tell } from "../terminal.ts";
import { jobFlags, reportsDirectoryOf } from "./flags.ts";
import { lockJob } from "./lock.ts";
import { openContext } from "./open-context.ts";

export const runJobCommand: Command = {
  name: "jobs run",
  summary: "runs a job now, and leaves its report; up does it by the clock",
  operands: [{ name: "NAME", help: jobNames.join(", ") }, PIPELINE],
  flags: [
    { name: "at", value: "TIME", help: "as if it were then, ISO 8601 with a zone (now): later readings do not count" },
    { name: "attempt", value: "N", help: "how often it was begun already, and this time (1)" },
    { name: "began", value: "TIME", help: "when the first attempt began (now)" },
    { name: "low-priority", help: "leaves the processor to others" },
    { name: "json", help: "what came of it on stdout as JSON" },
    ...jobFlags,
  ],
  examples: ["npm run -s mangrove -- jobs run quality", "npm run -s mangrove -- jobs run aggregation --at 2026-03-01T06:00:00Z --json", "npm run -s mangrove -- jobs run training --reports /var/reports"],
  async run(given, signal) {
    if (given.has("low-priority")) setPriority(constants.priority.PRIORITY_LOW);
    const name = jobNameOf(given.operand("NAME"));
    const atMs = timeOf(given, "at");
    const attempt = { number: given.number("attempt", { min: 1, max: 1000, whole: true }) ?? 1, beganMs: timeOf(given, "began") };
    const runtime = await openRuntime(given);
    if (!jobsOf(runtime.pipeline).some((job) => job.name === name)) throw new MangroveError("MGV_USAGE", `The pipeline ${runtime.pipeline.name} scores nothing, so there is nothing for the job ${name} to do.`);
    const reports = reportsDirectoryOf(given, runtime);
    using lock = await lockJob(reports, name);
    if (!lock) {
      tell(`job     ${name}: another process runs it for ${reports} at this moment`, { level: "warn", event: "job.busy", fields: { job: name } });
      if (given.has("json")) process.stdout.write(`${JSON.stringify({ job: name, outcome: "busy" })}\n`);
      return 1;
    }
    tell(`job     ${name} begins`, { event: "job.begun", fields: { job: name } });
    const open = (own: { directory: string; before: unknown }) => openContext(given, runtime, { reports, atMs, signal, ...own });
    const { run, report } = await runJob({ reports, job: jobNamed(name), open, now: Date.now, attempt, onAlert: (alert) => tellAlert(name, alert), signal });
    if (report) tell(`job     ${name}: ${printable(run.detail)} Report: ${reports}/${run.report}.html`, { event: "job.ended", fields: { job: name } });
    else tell(`job     ${name} has failed: ${printable(run.detail)}`, { level: "error", event: "job.failed", fields: { job: name } });
    if (given.has("json")) process.stdout.write(`${JSON.stringify({ job: name, ...run, data: report?.data ?? null, raised: report?.alerts ?? [] })}\n`);
    if (name === "aggregation") await tendAfter(given, runtime, signal);
    return report ? 0 : 1;
  },
};

/** Every day, and of every pipeline; the training does it too, where there is one. What goes wrong with it is told, and is no failure of the job. */
async function tendAfter(given: Arguments, runtime: Runtime, signal: AbortSignal): Promise<void> {
  const told = (sentence: string, level: "info" | "warn" = "info") => tell(`history ${printable(sentence)}`, { level });
  try {
    await tendByConfig(runtime.config, { directory: historyDirectoryOf(given, runtime), signal, tell: told });
  } catch (thrown) {
    if (!signal.aborted) told(`is not tended: ${MangroveError.from(thrown).message}`, "warn");
  }
}

/** Throws `MGV_USAGE`. */
function jobNameOf(text: string): JobName {
  const name = jobNames.find((each) => each === text);
  if (name) return name;
  throw new MangroveError("MGV_USAGE", `There is no job ${text}.${didYouMean(text, jobNames)} There are ${jobNames.join(", ")}.`);
}

/** Throws `MGV_USAGE`. */
function timeOf(given: Arguments, flag: string): number {
  const text = given.text(flag);
  if (text === undefined) return Date.now();
  const ms = isoTimeMs(text);
  if (Number.isNaN(ms)) throw new MangroveError("MGV_USAGE", `--${flag} must be a time with a zone, as 2026-03-01T06:00:00Z, not "${text}".`);
  return ms;
}

function tellAlert(job: JobName, { severity, about, message }: JobAlert): void {
  tell(`job     ${severity}: ${printable(message)}`, { level: "warn", event: "job.alert", fields: { job, severity, about } });
}
