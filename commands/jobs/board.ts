import type { JobBoard } from "../../api/options.ts";
import { jobsOf } from "../../trainer/jobs/jobs.ts";
import { latestPage } from "../../trainer/jobs/report-folder.ts";
import type { Arguments } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import type { JobDesk } from "./desk.ts";
import { reportsDirectoryOf } from "./flags.ts";
import { isScheduled } from "./schedule-jobs.ts";
import { jobStatuses } from "./status.ts";

/** The jobs as the API shows them; without a desk they run elsewhere, if at all. */
export function jobBoard(given: Arguments, runtime: Runtime, desk: JobDesk | null): JobBoard {
  const reports = reportsDirectoryOf(given, runtime);
  const jobs = jobsOf(runtime.pipeline);
  const known = (name: string) => jobs.find((each) => each.name === name);
  return {
    list: async () => {
      const statuses = await jobStatuses(reports, jobs, runtime.config, { nowMs: Date.now(), isScheduled: (job) => desk !== null && isScheduled(job, runtime) });
      return statuses.map((status) => ({ ...status, running: desk?.isRunning(status.name) ?? false }));
    },
    has: (name) => known(name) !== undefined,
    ...(desk && { begin: (name: string) => desk.begin(known(name)!.name) }),
    page: async (name) => latestPage(reports, known(name)!),
  };
}
