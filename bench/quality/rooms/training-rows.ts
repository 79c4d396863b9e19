import type { FeatureSpec } from "../../../engine/features/features.ts";
import { Random } from "../../../engine/simulator/random.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { showAlone, WITHOUT_HISTORY, type Columns } from "../../../trainer/shown-alone.ts";
import { readingFields } from "../../../engine/simulator/reading.ts";
import type { Place, Plan } from "./plan.ts";
import { readingsOf } from "./readings.ts";

/** Rows to learn from. */
export interface TrainingRows {
  /** Row-major f32 [rows][width]. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly labels: Float32Array<ArrayBuffer>;
}

interface TrainingRowsOptions {
  readonly kernel: Kernel;
  readonly places: readonly Place[];
  readonly spec: FeatureSpec;
  readonly columns: Columns;
  readonly oneIn: Plan["oneIn"];
}

const PM25 = readingFields.indexOf("PM2.5");

/** Above, µg/m³, there is more in the air than on most days. */
const SMOKY = 25;

/** Draws readings of all places, more of those that are hard to tell from fires: quiet ones are many, and all alike. */
export function trainingRows({ kernel, places, spec, columns, oneIn }: TrainingRowsOptions): TrainingRows {
  const width = columns.featureNames.length;
  const random = new Random(1).fork("training rows");
  const parts: Float32Array[] = [];
  const labels: number[] = [];
  for (const place of places) {
    for (const readings of readingsOf(kernel, place, spec)) {
      const isSmoky = (row: number) => readings.labels[row] === 1 || readings.columns[PM25]![row]! > SMOKY;
      const drawn = Array.from({ length: readings.count }, (_, row) => row).filter((row) => random.integer(isSmoky(row) ? oneIn.smoky : oneIn.quiet) === 0);
      const part = new Float32Array(drawn.length * width);
      drawn.forEach((row, i) => part.set(readings.features.subarray(row * width, (row + 1) * width), i * width));
      showAlone(part, columns, [...drawn.keys()].filter(() => random.integer(WITHOUT_HISTORY) === 0));
      for (const row of drawn) labels.push(readings.labels[row]!);
      parts.push(part);
    }
  }
  const features = new Float32Array(labels.length * width);
  parts.reduce((at, part) => (features.set(part, at), at + part.length), 0);
  return { features, labels: Float32Array.from(labels) };
}
