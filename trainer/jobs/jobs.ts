import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { aggregationJob } from "./aggregation.ts";
import { batchJob } from "./batch.ts";
import { driftJob } from "./drift.ts";
import { historicalJob } from "./historical.ts";
import { jobNames, type Job, type JobName } from "./job.ts";
import { performanceJob } from "./performance.ts";
import { qualityJob } from "./quality.ts";
import { trainingJob } from "./training.ts";

const jobs: Readonly<Record<JobName, Job>> = {
  training: trainingJob,
  quality: qualityJob,
  performance: performanceJob,
  drift: driftJob,
  historical: historicalJob,
  aggregation: aggregationJob,
  batch: batchJob,
};

/** All of them, as they are listed. */
export const allJobs: readonly Job[] = jobNames.map((name) => jobs[name]);

/** Those that a pipeline has use for: one that scores nothing trains nothing, and has no model to judge. */
export function jobsOf({ isScored }: Pick<Pipeline, "isScored">): readonly Job[] {
  return allJobs.filter(({ name }) => isScored || (name !== "training" && name !== "performance"));
}

export function jobNamed(name: JobName): Job {
  return jobs[name];
}
