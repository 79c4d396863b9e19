import process from "node:process";
import { jobsOf } from "../../trainer/jobs/jobs.ts";
import type { Command } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { openRuntime } from "../runtime.ts";
import { textTable } from "../text-table.ts";
import { jobFlags, reportsDirectoryOf } from "./flags.ts";
import { jobStatuses } from "./status.ts";

export const listJobsCommand: Command = {
  name: "jobs",
  summary: "the jobs: when each is due by the clock of up, and what came of its last run",
  operands: [PIPELINE],
  flags: [{ name: "json", help: "one JSON array on stdout" }, ...jobFlags],
  examples: ["npm run -s mangrove -- jobs", "npm run -s mangrove -- jobs --json"],
  async run(given) {
    const runtime = await openRuntime(given);
    const jobs = await jobStatuses(reportsDirectoryOf(given, runtime), jobsOf(runtime.pipeline), runtime.config, { nowMs: Date.now(), isScheduled: () => true });
    const rows = jobs.map(({ name, schedule, next, last }) => [name, schedule, next, last && `${last.ended.slice(0, 19)}Z ${last.outcome}`, last?.detail ?? null]);
    process.stdout.write(given.has("json") ? `${JSON.stringify(jobs)}\n` : `${textTable(["job", "schedule", "next", "last", "what came of it"], rows).join("\n")}\n`);
    return 0;
  },
};
