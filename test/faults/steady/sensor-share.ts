import type { TaskOutput } from "../../../engine/task/output.ts";

/** A share of all sensors, 0 to 1, another one for each seed. */
export interface SensorShare {
  readonly share: number;
  readonly seed: number;
}

const known = new Map<string, boolean>();

/** A record without a key is of everybody. */
export function isOfShare(sensor: string | null, { share, seed }: SensorShare): boolean {
  if (sensor === null || share === 1) return true;
  let is = known.get(sensor);
  if (is === undefined) known.set(sensor, (is = placeOf(`${seed} ${sensor}`) < share));
  return is;
}

/** An output without what it says of other sensors. */
export function outputOfShare(output: TaskOutput, compared: SensorShare): TaskOutput {
  if (compared.share === 1) return output;
  const { batch, scores, scored, alerts, rows, deadLetters } = output;
  const own = (sensor: string | null) => isOfShare(sensor, compared);
  const picked = scores === null ? [] : Array.from(scores.predictions, (_, i) => i).filter((i) => own(batch.names.of(batch.sensors[scored?.[i] ?? i]!)));
  return {
    ...output,
    alerts: alerts.filter(({ sensor }) => own(sensor)),
    rows: rows.filter(({ sensor }) => own(sensor)),
    deadLetters: deadLetters.filter(({ key }) => own(key)),
    scored: picked.map((i) => scored?.[i] ?? i),
    scores: scores && {
      models: scores.models,
      arms: scores.arms && Uint8Array.from(picked, (i) => scores.arms![i]!),
      margins: Float64Array.from(picked, (i) => scores.margins[i]!),
      probabilities: Float64Array.from(picked, (i) => scores.probabilities[i]!),
      predictions: Uint8Array.from(picked, (i) => scores.predictions[i]!),
      levels: Uint8Array.from(picked, (i) => scores.levels[i]!),
    },
  };
}

/** FNV-1a, as 0 to 1. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
