import { Scratch, type Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Floats } from "../../../kernel-as/model/forest.ts";
import type { FeatureRows } from "../../features/features.ts";
import type { Model } from "../../model/model-store.ts";
import { isTried, type Trial } from "../../model/trial.ts";
import { raises, type Told } from "../hold-off.ts";
import type { TrialCounts } from "../output.ts";
import type { Rows } from "../rows.ts";

export interface Scored {
  readonly margins: Floats;
  readonly probabilities: Floats;
  /** 1 where the model that is tried has scored the row; null: nowhere. */
  readonly arms: Uint8Array | null;
}

/** What both models have told people of a sensor. */
interface BothTold {
  champion: Told | undefined;
  challenger: Told | undefined;
}

/**
 * The scores of a model that is tried beside another, on the same features. What is counted of both is no state of the task: after a restore it begins anew, so that
 * an alert may be counted twice which began before.
 */
export class TrialScores implements Disposable {
  readonly #kernel: Kernel;
  readonly #holdOffMs: number;
  readonly #picked: Scratch;
  #told = new Map<number, BothTold>();
  #of = "";

  constructor(kernel: Kernel, holdOffMs: number) {
    this.#kernel = kernel;
    this.#holdOffMs = holdOffMs;
    this.#picked = new Scratch(kernel);
  }

  forget(sensor: number): void {
    this.#told.delete(sensor);
  }

  /** `features` are those of `rows`, scored by the champion already. Adds to `counts`. */
  score(rows: Rows, features: FeatureRows, champion: Model, trial: Trial, scored: Scored, counts: TrialCounts): Scored {
    if (this.#of !== trial.version) this.#told.clear();
    this.#of = trial.version;
    const tried = triedRows(rows, trial.share);
    if (tried.length === 0) return scored;
    const at = tried.length === features.rows ? features.at : this.#gather(features, tried);
    const { margins, predictions: probabilities } = trial.forest.predictAt(at, tried.length);
    this.#count(rows, tried, { champion: [scored.probabilities, champion.threshold], challenger: [probabilities, trial.threshold] }, counts);
    if (trial.mode === "shadow") return scored;
    const arms = new Uint8Array(rows.count);
    for (const row of tried) arms[row] = 1;
    return { margins: overlaid(scored.margins, margins, tried), probabilities: overlaid(scored.probabilities, probabilities, tried), arms };
  }

  /** Those rows, one behind the other in kernel memory. */
  #gather({ at, width }: FeatureRows, picked: Uint32Array): number {
    const to = this.#picked.atLeast(picked.length * width * 4);
    const all = this.#kernel.f32(at, (picked.at(-1)! + 1) * width);
    const some = this.#kernel.f32(to, picked.length * width);
    picked.forEach((row, i) => some.set(all.subarray(row * width, (row + 1) * width), i * width));
    return to;
  }

  #count({ sensors, timesMs }: Rows, tried: Uint32Array, { champion, challenger }: Record<keyof BothTold, readonly [Floats, number]>, counts: TrialCounts): void {
    counts.readings += tried.length;
    tried.forEach((row, i) => {
      const [ours, theirs] = [champion[0][row]! >= champion[1], challenger[0][i]! >= challenger[1]];
      if (ours !== theirs) counts.disagreements++;
      if (!ours && !theirs) return;
      const told = this.#told.get(sensors[row]!) ?? { champion: undefined, challenger: undefined };
      this.#told.set(sensors[row]!, told);
      if (ours) counts.championAlerts += this.#raises(told, "champion", timesMs[row]!);
      if (theirs) counts.challengerAlerts += this.#raises(told, "challenger", timesMs[row]!);
    });
  }

  #raises(told: BothTold, who: keyof BothTold, timeMs: number): number {
    const { raised, told: next } = raises(told[who], timeMs, 0, this.#holdOffMs);
    told[who] = next;
    return Number(raised);
  }

  [Symbol.dispose](): void {
    this.#picked[Symbol.dispose]();
  }
}

function triedRows({ count, sensors, names }: Rows, share: number): Uint32Array {
  const isOne = new Map<number, boolean>();
  const tried = new Uint32Array(count);
  let rows = 0;
  for (let row = 0; row < count; row++) {
    const sensor = sensors[row]!;
    let is = isOne.get(sensor);
    if (is === undefined) isOne.set(sensor, (is = isTried(names.of(sensor), share)));
    if (is) tried[rows++] = row;
  }
  return tried.subarray(0, rows);
}

/** In f64 where one of the models computes in it. */
function overlaid(under: Floats, over: Floats, rows: Uint32Array): Floats {
  const wide = under instanceof Float64Array || over instanceof Float64Array;
  const all = wide ? Float64Array.from(under) : Float32Array.from(under);
  rows.forEach((row, i) => (all[row] = over[i]!));
  return all;
}
