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
  /** The same by other chances: how far a figure is luck. Null where nothing was drawn again. */
  readonly overDraws: Spread | null;
}

/** What each learner predicts: first of the rows that it is compared by, then of each other draw. */
export type JudgedLearners = ReadonlyMap<string, readonly Judged[]>;

export function comparisonOf(name: string, title: string, judged: JudgedLearners): Comparison {
  const figures = new Map([...judged].map(([learner, all]) => [learner, all.map(figuresOf)]));
  const learners = [...judged].map(([learner, [first]]): Compared => {
    const [own, ...draws] = figures.get(learner)!;
    return { name: learner, figures: own!, intervals: intervalsOf(first!), overDraws: spreadOf(draws) };
  });
  const [ours, peer] = learners;
  if (!ours || !peer) return { name, title, learners, difference: null };
  const [differs, ...draws] = figures.get(ours.name)!.map((each, draw) => differenceOf(each, figures.get(peer.name)![draw]!));
  const intervals = intervalsOf(judged.get(ours.name)![0]!, judged.get(peer.name)![0]!);
  return { name, title, learners, difference: { name: `${ours.name} less ${peer.name}`, figures: differs!, intervals, overDraws: spreadOf(draws) } };
}
