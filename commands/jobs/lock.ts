import { tryOwn } from "../../engine/log/owner.ts";
import { makeFolder } from "../../engine/make-folder.ts";
import type { JobName } from "../../trainer/jobs/job.ts";
import { recordFolder } from "../../trainer/jobs/record.ts";

/** Makes this process the only one that runs a job for a folder of reports, until it is disposed of or the process ends; null where another one runs it. */
export async function lockJob(reports: string, name: JobName): Promise<Disposable | null> {
  const folder = recordFolder(reports, name);
  await makeFolder(folder);
  return tryOwn(folder);
}
