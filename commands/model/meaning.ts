import { transformOf, type Transform } from "../../kernel-as/model/objective.ts";
import { FIRE, wordsOf } from "../../trainer/event-words.ts";
import type { ModelFile } from "./file.ts";
import type { ModelSummary } from "./summary.ts";

const RANKS = /^(rank|lambdarank)/;

type Words = (objective: string, outputs: number) => string;

const words: Readonly<Record<Transform, Words>> = {
  sigmoid: (_, outputs) => (outputs === 1 ? "a probability" : `${outputs} probabilities`),
  softmax: (_, outputs) => `the probabilities of ${outputs} classes`,
  argmax: (_, outputs) => `the number of a class, 0 to ${outputs - 1}`,
  hinge: () => "0 or 1",
  exp: (objective) => ({ "survival:cox": "a hazard ratio", "survival:aft": "a survival time" })[objective] ?? "a value above 0",
  softplus: () => "an intensity above 0",
  signedSquare: values,
  identity: (objective, outputs) => (RANKS.test(objective) ? "a score to rank by" : objective === "binary:logitraw" ? "log-odds" : values(objective, outputs)),
};

function values(_: string, outputs: number): string {
  return outputs === 1 ? "a value" : `${outputs} values`;
}

/** What a prediction is, for people. */
export function predicts({ model }: Pick<ModelFile, "model">): string {
  return words[transformOf(model)](model.objective.name, model.outputs);
}

/** What a user should know before trusting the predictions. */
export function warnings({ model, card }: ModelFile, summary: ModelSummary): string[] {
  const { name } = model.objective;
  const { rounds, bestRounds, namedBy, categoricalSplits } = summary;
  const byCode = categoricalSplits > 0 && model.categoryNames === null;
  const told: (string | false)[] = [
    transformOf(model) === "argmax" && `${name} predicts the number of a class; --margin gives a number for each class.`,
    name === "custom" && "The file names no objective: predictions are margins.",
    RANKS.test(name) && "Scores order the rows of one query; between queries they say nothing.",
    bestRounds !== null && bestRounds < rounds && `Early stopping noted ${bestRounds} of ${rounds} rounds as the best; all are used unless --rounds best is given.`,
    namedBy === null && "It has no names of features: a CSV must have them as f0, f1, … or hold exactly these columns in the model's order.",
    byCode && "The file does not name its categories: where it splits by category, data must hold their codes, 0, 1, 2, …",
    card?.trainedOn.kind === "simulated" && `It was trained on simulated ${wordsOf(card.event ?? FIRE).place}s, not on measurements.`,
  ];
  return told.filter((warning) => warning !== false);
}
