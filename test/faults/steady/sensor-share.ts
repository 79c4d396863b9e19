import type { TaskOutput } from "../../../engine/task/output.ts";

export interface ShareOptions {
  /** 0 to 1. */
  readonly share: number;
  readonly seed: number;
}

/** A share of all sensors, another one for each seed. */
export class SensorShare {
  readonly #options: ShareOptions;
  readonly #known = new Map<string, boolean>();

  constructor(options: ShareOptions) {
    this.#options = options;
  }

  /** A record without a key is of everybody. */
  has(sensor: string | null): boolean {
    const { share, seed } = this.#options;
    if (sensor === null || share === 1) return true;
    let is = this.#known.get(sensor);
    if (is === undefined) this.#known.set(sensor, (is = placeOf(`${seed} ${sensor}`) < share));
    return is;
  }

  /** An output without what it says of other sensors. */
  of(output: TaskOutput): TaskOutput {
    if (this.#options.share === 1) return output;
    const { batch, scores, scored, alerts, rows, deadLetters } = output;
    const picked = scores === null ? [] : Array.from(scores.predictions, (_, i) => i).filter((i) => this.has(batch.names.of(batch.sensors[scored?.[i] ?? i]!)));
    return {
      ...output,
      alerts: alerts.filter(({ sensor }) => this.has(sensor)),
      rows: rows.filter(({ sensor }) => this.has(sensor)),
      deadLetters: deadLetters.filter(({ key }) => this.has(key)),
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
}

/** FNV-1a, mixed by MurmurHash3's last steps, as 0 to 1. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
