import { MangroveError } from "../errors.ts";
import type { ForestModel } from "./forest.ts";

/** The model with its first rounds only: those up to the best iteration that early stopping noted (`best_iteration`, counted from 0). */
export function takeRounds(model: ForestModel, which: "all" | "best"): ForestModel {
  const noted = model.attributes["best_iteration"];
  if (which === "all" || noted === undefined) return model;
  const rounds = Number(noted) + 1;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds >= model.roundStarts.length) {
    throw new MangroveError("MGV_MODEL_FORMAT", `The model's best_iteration is ${JSON.stringify(noted)}, and it has ${model.roundStarts.length - 1} rounds.`);
  }
  return { ...model, trees: model.trees.slice(0, model.roundStarts[rounds]), roundStarts: model.roundStarts.slice(0, rounds + 1) };
}
