import type { Step, StepOf } from "./step.ts";

/**
 * The output whose rows are the pipeline's predictions: the first that every scored reading reaches, and where each stands behind a filter the first to the history, or else the first; of several one to a topic, as predictions are in the
 * history all the same. Null where none is of readings that a model has scored: rows of windows that close, or made by a function, are those of no reading.
 */
export function predictingStep(steps: readonly Step[]): StepOf<"output"> | null {
  const found = steps.flatMap((step) => {
    if (step.kind !== "output") return [];
    const before = stepsBefore(step, steps);
    const score = before.findIndex(({ kind }) => kind === "score");
    if (score === -1 || before.slice(0, score).some(makesOthers) || before.slice(score).some(closesWindows)) return [];
    return { step, isForSome: before.slice(0, score).some(({ kind }) => kind === "filter") };
  });
  const best = (of: typeof found) => of.find(({ step: { topics } }) => topics.length > 0) ?? of[0];
  return (best(found.filter(({ isForSome }) => !isForSome)) ?? best(found.filter(({ step: { history } }) => history)) ?? found[0])?.step ?? null;
}

/** From the one whose rows the step takes back to the source. */
function stepsBefore({ input }: Step, steps: readonly Step[]): Step[] {
  const step = steps.find(({ name }) => name === input);
  return step ? [step, ...stepsBefore(step, steps)] : [];
}

/** Its rows have other fields than those that it takes, and no scores. */
function makesOthers({ kind }: Step): boolean {
  return kind === "window" || kind === "flatMap";
}

function closesWindows(step: Step): boolean {
  return step.kind === "window" && step.window.kind !== "sliding";
}
