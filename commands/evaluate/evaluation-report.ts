import { basename } from "node:path";
import type { Forest } from "../../kernel-as/host/forest.ts";
import { modelName } from "../../trainer/registry/model-name.ts";
import { reportOf } from "../../trainer/report/report-of.ts";
import type { Report } from "../../trainer/report/report.ts";
import { sentenceCase } from "../../trainer/report/texts.ts";
import type { Evaluation } from "./evaluation.ts";

/** The report that a training has, of a model that was only evaluated: one split, all rows, and nothing of how it was trained beyond what its card tells. */
export function evaluationReport(evaluation: Omit<Evaluation, "report">, forest: Forest): Omit<Report, "cost"> {
  const { file, data, dataset, judged, findings, warning, threshold, thresholdReason, untimed, remarks } = evaluation;
  const { path, version, card, format } = file;
  const said = [judged.meaning, ...(untimed === null ? [] : [untimed]), ...remarks.map(asSentence)];
  return reportOf({
    name: modelName(path),
    version,
    algorithm: card === null ? `trees (${format.title})` : null,
    forest,
    card,
    decision: { threshold, thresholdReason },
    source: `${basename(data.path)} (sha256 ${data.sha256.slice(0, 12)})`,
    dataset: untimed === null ? dataset : { ...dataset, timesMs: new Float64Array(dataset.rows).fill(NaN) },
    judged: [{ ...judged, meaning: said.join(" "), verdict: [warning, judged.verdict].filter((each) => each !== null).join(" ") || null }],
    rounds: null,
    findings,
    search: null,
  });
}

function asSentence(remark: string): string {
  return `${sentenceCase(remark)}${remark.endsWith(".") ? "" : "."}`;
}
