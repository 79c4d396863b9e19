import { findingLines, splitLines } from "../../trainer/report/lines.ts";
import { cardMetrics } from "../../trainer/metrics.ts";
import { splitReportOf } from "../../trainer/report/split-report.ts";
import { counted } from "../terminal.ts";
import type { Evaluation } from "./evaluation.ts";

/** What was found, for people, as a training tells of its splits; a warning comes first. */
export function evaluationLines(evaluation: Evaluation): string[] {
  const { file, data, dataset, judged, findings, warning, threshold, thresholdReason, untimed, remarks, budget } = evaluation;
  const alone = judged.judgement?.alone;
  const positives = dataset.labels.reduce((sum, label) => sum + label, 0);
  return [
    ...(warning === null ? [] : [warning]),
    `${file.path}, ${file.format.title}, version ${file.version}`,
    `judged by: ${data.path} (sha256 ${data.sha256.slice(0, 12)}), ${counted(dataset.rows, "row")} in ${counted(dataset.recordings.length, "recording")}, ${positives} of them ${dataset.event}`,
    ...remarks,
    ...splitLines("rows", [splitReportOf(judged)], { event: dataset.event, alone: alone ? { metrics: cardMetrics(alone), meaning: "The same rows once more, each as a single reading that nothing is known before." } : null }),
    ...(untimed === null ? [] : [`    ${untimed}`]),
    `threshold: ${threshold}. ${thresholdReason}`,
    ...(budget === null ? [] : [`within the budget: ${budget.reason}`]),
    ...findingLines(findings.map(({ sentence }) => sentence)),
  ];
}

/** The same for programs. */
export function evaluationJson({ file, data, dataset, judged, findings, warning, threshold, thresholdReason, untimed, remarks, budget }: Evaluation): object {
  return {
    model: { file: file.path, version: file.version, format: file.format.name },
    data: { file: data.path, sha256: data.sha256, rows: dataset.rows, recordings: dataset.recordings },
    warning,
    remarks: untimed === null ? remarks : [...remarks, untimed],
    threshold,
    threshold_reason: thresholdReason,
    within_budget: budget,
    split: judged,
    findings,
  };
}
