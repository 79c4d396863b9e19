import { FeatureState } from "../../../engine/features/features.ts";
import type { Pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Forest } from "../../../kernel-as/host/forest.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { unknown, type ModelInUse, type Unknown } from "../job.ts";

/** The model tried on readings that are known, and how long that takes. */
export interface TrialRun {
  readonly cases: readonly TestCase[];
  /** Of one reading with its features, ms. */
  readonly responseMs: number;
}

interface TestCase {
  readonly name: "usual" | "event";
  readonly probability: number;
  readonly isRight: boolean;
}

const REPETITIONS = 200;

/** The samples of the schema, each as the only reading of a sensor. */
export function trialRun({ kernel, pipeline, model, clock }: { kernel: Kernel; pipeline: Pipeline; model: ModelInUse | null; clock: () => number }): TrialRun | Unknown {
  const { samples, fields } = pipeline.schema;
  if (!model) return unknown("There is no model to try.");
  if (!samples) return unknown("The pipeline's schema has no samples to try the model with.");
  using forest = new Forest(kernel, model.model);
  const probabilityOf = (sample: Readonly<Record<string, number | null | undefined>>): number => {
    using state = new FeatureState(kernel, pipeline);
    const columns = fields.map(({ name }) => Float64Array.of(sample[name] ?? NaN));
    const { at, rows } = state.push({ count: 1, sensors: Uint32Array.of(0), timesMs: Float64Array.of(0), columns });
    return forest.predictAt(at, rows).predictions[0]!;
  };
  const known = (["usual", "event"] as const).flatMap((name) => (samples[name] ? [{ name, sample: samples[name] }] : []));
  const cases = known.map(({ name, sample }) => {
    const probability = probabilityOf(sample);
    return { name, probability, isRight: probability >= model.threshold === (name === "event") };
  });
  const startedMs = clock();
  for (let i = 0; i < REPETITIONS; i++) probabilityOf(samples.usual);
  return { cases, responseMs: (clock() - startedMs) / REPETITIONS };
}
