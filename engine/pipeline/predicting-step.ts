import type { Step, StepOf } from "./step.ts";

/**
 * The output whose rows are the pipeline's predictions: the first that every scored reading reaches, and where each stands behind a filter the first to the history, or else the first; of several one to a topic, as predictions are in the
 * history all the same. Null where none is of readings that a model has scored: rows of windows that close, or made by a function, are those of no reading.
 */
export function predictingStep(steps: readonly Step[]): StepOf<"output"> | null {
  const found = steps.flatMap((step) => {
    if (step.kind !== "output") return [];
    const since = sinceScore(step, steps);
    if (since === null || stepsUpTo(step, steps).some(closesWindows)) return [];
    return { step, isForSome: since.some(({ kind }) => kind === "filter") };
  });
  const best = (of: typeof found) => of.find(({ step: { topics } }) => topics.length > 0) ?? of[0];
  return (best(found.filter(({ isForSome }) => !isForSome)) ?? best(found.filter(({ step: { history } }) => history)) ?? found[0])?.step ?? null;
}

/** From the step back to the one behind the model that has scored its rows; null where none has. */
export function sinceScore(step: Step, steps: readonly Step[]): Step[] | null {
  const all = stepsUpTo(step, steps);
  const score = all.findIndex(({ kind }) => kind === "score");
  const since = all.slice(0, score);
  return score === -1 || since.some(makesOthers) ? null : since;
}

/** From the step back to the source. */
function stepsUpTo(step: Step, steps: readonly Step[]): Step[] {
  const before = steps.find(({ name }) => name === step.input);
  return [step, ...(before ? stepsUpTo(before, steps) : [])];
}

/** Its rows have other fields than those that it takes, and no scores. */
function makesOthers({ kind }: Step): boolean {
  return kind === "window" || kind === "flatMap";
}

function closesWindows(step: Step): boolean {
  return step.kind === "window" && step.window.kind !== "sliding";
}
