import { differenceOf, figuresOf, intervalsOf, spreadOf, type Figures, type FigureIntervals, type Judged, type Spread } from "./figures.ts";

/** Learners on the same rows, ours first. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  readonly learners: readonly Compared[];
  /** Of the first learner less the second; null where it is alone. */
  readonly difference: Compared | null;
}

export interface Compared {
  readonly name: string;
  readonly figures: Figures;
  /** Null where the rows are too few witnesses. */
  readonly intervals: FigureIntervals | null;
  /** How far a figure is luck; null where there are no draws. */
  readonly overDraws: Spread | null;
}

/** What each learner predicts in each trial: the first one is shown, the others are the same by other chances. */
export type JudgedLearners = ReadonlyMap<string, readonly Judged[]>;

/** With `allDrawn` the first trial is a draw like the others. */
export function comparisonOf(name: string, title: string, judged: JudgedLearners, { allDrawn }: { allDrawn: boolean }): Comparison {
  const over = (all: readonly Figures[]) => spreadOf(all.slice(allDrawn ? 0 : 1));
  const figures = new Map([...judged].map(([learner, all]) => [learner, all.map(figuresOf)]));
  const learners = [...judged].map(([learner, [first]]): Compared => {
    const own = figures.get(learner)!;
    return { name: learner, figures: own[0]!, intervals: intervalsOf(first!), overDraws: over(own) };
  });
  const [ours, peer] = learners;
  if (!ours || !peer) return { name, title, learners, difference: null };
  const differences = figures.get(ours.name)!.map((each, draw) => differenceOf(each, figures.get(peer.name)![draw]!));
  const intervals = intervalsOf(judged.get(ours.name)![0]!, judged.get(peer.name)![0]);
  return { name, title, learners, difference: { name: `${ours.name} less ${peer.name}`, figures: differences[0]!, intervals, overDraws: over(differences) } };
}
