import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { openInput } from "../predict/open-input.ts";
import type { ModelFile } from "./file.ts";

/** Of a model that does not say. */
const THRESHOLD = 0.5;

/** How two models judge the same rows. */
export interface DataAgreement {
  readonly rows: number;
  /** That neither could score, such as readings that are rejected. */
  readonly unscored: number;
  /** Rows that both say yes to, that only one does, and that neither does; each by its own threshold. */
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
  /** Of predictions. */
  readonly meanDifference: number | null;
  readonly largestDifference: number | null;
}

export interface AgreementOptions {
  readonly path: string;
  readonly files: readonly [ModelFile, ModelFile];
  readonly kernel: Kernel;
  /** Whose readings the data may hold. */
  readonly own: Pipeline;
  readonly signal: AbortSignal;
}

/** Has both score a CSV or JSON lines, piece by piece. Throws `MGV_MODEL_UNSUPPORTED` for models of several outputs, and what reading throws. */
export async function agreementOn({ files, ...options }: AgreementOptions): Promise<DataAgreement> {
  const sums = { rows: 0, unscored: 0, both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  const [thresholdA, thresholdB] = files.map(({ card }) => card?.threshold ?? THRESHOLD) as [number, number];
  let [total, largest] = [0, 0];
  const others = predictionsOf(files[1], options);
  try {
    for await (const a of predictionsOf(files[0], options)) {
      const b = (await others.next()).value ?? NaN;
      sums.rows++;
      if (Number.isNaN(a) || Number.isNaN(b)) {
        sums.unscored++;
        continue;
      }
      const [isA, isB] = [a >= thresholdA, b >= thresholdB];
      sums[isA ? (isB ? "both" : "onlyA") : isB ? "onlyB" : "neither"]++;
      total += Math.abs(a - b);
      largest = Math.max(largest, Math.abs(a - b));
    }
  } finally {
    await others.return(undefined);
  }
  options.signal.throwIfAborted();
  const scored = sums.rows - sums.unscored;
  return { ...sums, meanDifference: scored === 0 ? null : total / scored, largestDifference: scored === 0 ? null : largest };
}

/** A prediction for each row; NaN where there is none. */
async function* predictionsOf(file: ModelFile, { path, kernel, own, signal }: Omit<AgreementOptions, "files">): AsyncGenerator<number> {
  using forest = new Forest(kernel, file.model);
  if (forest.predictions !== 1) throw new MangroveError("MGV_MODEL_UNSUPPORTED", `${file.path} gives ${forest.predictions} predictions a row: only models of one can be compared on data.`);
  await using input = await openInput({ path, file, kernel, own, outputs: 1, signal });
  for await (const { rows, kept, features } of input.batches()) {
    const predictions = forest.predict(features);
    if (kept === null) yield* predictions;
    else {
      const all = new Float64Array(rows).fill(NaN);
      kept.forEach((row, place) => (all[row] = predictions[place]!));
      yield* all;
    }
    if (signal.aborted) return;
  }
}

export function agreementLines({ rows, unscored, both, onlyA, onlyB, neither, meanDifference, largestDifference }: DataAgreement): string[] {
  const scored = rows - unscored;
  if (scored === 0) return [`${rows} rows, none of which could be scored`];
  const share = (((both + neither) / scored) * 100).toFixed(2);
  return [
    `${rows} rows${unscored === 0 ? "" : `, ${unscored} of them not scored`}: the same answer for ${share} %`,
    `  yes by both ${both}, only by A ${onlyA}, only by B ${onlyB}, by neither ${neither}`,
    `  predictions differ by ${meanDifference!.toExponential(2)} in the mean, ${largestDifference!.toExponential(2)} at most`,
  ];
}
