import { exp } from "../../../assembly/math.ts";
import type { ForestModel } from "../../forest.ts";
import { baseMargins, transformOf } from "../../objective.ts";
import { floatText } from "./json-text.ts";
import type { Part } from "./part.ts";

/*
 * `base_score` is a text: one number, or since 3.1 a list of one or of one for each output (src/common/param_array.cc).
 */

export function readBaseScores(part: Part): Float32Array {
  const text = typeof part.raw === "number" ? String(part.raw) : part.text().trim();
  const list = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const scores = Float32Array.from(list.split(","), (score) => (score.trim() === "" ? NaN : Number(score)));
  if (scores.some((score) => !Number.isFinite(score))) part.fail(`is ${JSON.stringify(text.slice(0, 40))}, not a number or a list of numbers`);
  return scores;
}

export function baseScoreText(scores: Float32Array): string {
  return scores.length === 1 ? floatText(scores[0]!) : `[${Array.from(scores, floatText).join(",")}]`;
}

/** What is wrong with the base scores of a model for its objective; null where nothing is. */
export function baseScoreFault(model: ForestModel): string | null {
  const odd = model.baseScores.find((score) => transformOf(model) === "sigmoid" && (score < 0 || score > 1));
  if (odd !== undefined) return `is ${odd}, not a probability`;
  return baseMargins(model).every(Number.isFinite) ? null : `is ${model.baseScores.find((score) => !(score > 0))}, which has no logarithm`;
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** How far the f32 nearest to the inverse may lie from the one that gives the margin. */
const NEIGHBOURS = 64;

/**
 * The base score that gives a margin, for files of versions before 1.0, which have the margin itself. Where no f32 gives that margin to the
 * bit, one of those that come nearest.
 */
export function baseScoreOf(model: ForestModel, margin: number): number {
  const transform = transformOf(model);
  if (transform !== "sigmoid" && transform !== "exp") return margin;
  float[0] = transform === "exp" ? exp(margin) : 1 / (1 + exp(-margin));
  const middle = word[0]!;
  let best = float[0];
  let least = Infinity;
  for (let step = 0; step <= 2 * NEIGHBOURS; step++) {
    word[0] = Math.max(middle + (step % 2 === 0 ? step / 2 : -(step + 1) / 2), 0);
    const apart = Math.abs(baseMargins({ ...model, outputs: 1, baseScores: float.slice() })[0]! - margin);
    if (apart < least) [best, least] = [float[0], apart];
  }
  return best;
}
