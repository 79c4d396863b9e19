import { figureText, percentText } from "../report/texts.ts";
import type { RetrainOutcome } from "../retrain.ts";
import type { Job, JobAlert, JobContext, JobReport } from "./job.ts";
import { trainingPage } from "./page/training.ts";

export const trainingJob: Job = {
  name: "training",
  title: "Training",
  folder: "training_reports",
  isWatching: true,
  timetable: ({ trainingIntervalHours: everyHours, retrainHour: hour, timeZone }) => ({ everyHours, hour, timeZone }),
  async run({ retrain }: JobContext): Promise<JobReport> {
    const outcome = await retrain();
    const alerts: JobAlert[] = outcome.kind === "refused" ? [{ severity: "warning", about: "gates", message: `Version ${outcome.version} did not pass the gates: ${outcome.report.reasons.join(" ")}` }] : [];
    return { detail: detailOf(outcome), alerts, data: outcome, ...trainingPage(outcome), figures: {} };
  },
};

function detailOf(outcome: RetrainOutcome): string {
  if (outcome.kind === "nothing") return `Nothing to learn: ${outcome.reason} The model in use stays.`;
  const { candidate } = outcome.report;
  const figures = `accuracy ${percentText(candidate.accuracy)}, F1 ${figureText(candidate.f1)} on the newest days`;
  return outcome.kind === "promoted" ? `Version ${outcome.version} is the champion now: ${figures}.` : `Version ${outcome.version} is refused, and the model in use stays: ${outcome.report.reasons.join(" ")}`;
}
