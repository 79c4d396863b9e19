import { MangroveError } from "../../kernel-as/errors.ts";
import { median } from "../statistics.ts";
import type { Kept, Series } from "./kept.ts";
import { rankTest } from "./rank-test.ts";

/** Less is not called a difference, whatever the samples say: other processes, clocks and memory layouts move medians by as much. */
const LEAST_EFFECT = 0.05;

/** How rarely noise alone may part samples so. Five runs on each side can show it, four cannot. */
const SIGNIFICANCE = 0.01;

type Judgement = "faster" | "slower" | "unchanged" | "too few runs";

interface Change {
  readonly bench: string;
  readonly name: string;
  /** Median time now through median time then, and that with the change of the peers taken off: above 1 is slower. */
  readonly ratio: number;
  readonly ratioBesidePeers: number;
  /** Of the rank test. */
  readonly chance: number;
  readonly judgement: Judgement;
}

export interface Comparison {
  readonly changes: readonly Change[];
  /** What a reader must know: other versions, rows without a partner. */
  readonly notes: readonly string[];
}

/** Each contestant of ours beside itself of an earlier run. Peers of the same version do the same work in both, so their median change is the machine's, and is taken off. Throws `MGV_USAGE` for another machine. */
export function compare(before: Kept, now: Kept): Comparison {
  const [then, today] = [before.machine, now.machine];
  if (then.cpu !== today.cpu || then.cores !== today.cores) {
    throw new MangroveError("MGV_USAGE", `The earlier run of ${now.bench} was on another machine (${then.cpu}, ${then.cores} cores; this one is ${today.cpu}, ${today.cores} cores): compare runs of one machine.`);
  }
  const earlier = new Map(before.series.map((series) => [series.name, series]));
  const pairs = now.series.flatMap((series) => (earlier.has(series.name) ? [{ now: series, before: earlier.get(series.name)! }] : []));
  const isKnown = new Set(pairs.map((pair) => pair.now.name));
  const drift = driftOf(pairs);
  const changes = pairs.filter((pair) => !pair.now.peer).map((pair) => changeOf(now.bench, pair, drift));
  const updated = [...new Set(pairs.filter((pair) => pair.now.host !== pair.before.host).map((pair) => `${pair.before.host} then, ${pair.now.host} now`))];
  const alone = [...now.series.filter(({ name }) => !isKnown.has(name)), ...before.series.filter(({ name }) => !isKnown.has(name))].map(({ name }) => name);
  return {
    changes,
    notes: [
      ...(drift === 1 ? [] : [`Peers took ${drift.toFixed(2)} of their earlier time: so much is taken off.`]),
      ...updated.map((each) => `Other versions: ${each}.`),
      ...(alone.length > 0 ? [`In one of the runs alone: ${alone.join("; ")}.`] : []),
    ],
  };
}

interface Pair {
  readonly now: Series;
  readonly before: Series;
}

/** The median change of peers of the same version; 1 without any. */
function driftOf(pairs: readonly Pair[]): number {
  const ratios = pairs.filter((pair) => pair.now.peer && pair.now.host === pair.before.host).map(ratioOf);
  return ratios.length > 0 ? median(ratios) : 1;
}

function ratioOf({ now, before }: Pair): number {
  return median(now.samples) / median(before.samples);
}

function changeOf(bench: string, pair: Pair, drift: number): Change {
  const { now, before } = pair;
  const ratio = ratioOf(pair);
  const ratioBesidePeers = ratio / drift;
  const chance = rankTest(now.samples.map((sample) => sample / drift), before.samples);
  return { bench, name: now.name, ratio, ratioBesidePeers, chance, judgement: judge(ratioBesidePeers, chance, pair) };
}

function judge(ratio: number, chance: number, { now, before }: Pair): Judgement {
  const possible = rankTest(now.samples.map(() => 1), before.samples.map(() => 0));
  if (!(possible <= SIGNIFICANCE)) return "too few runs";
  if (chance > SIGNIFICANCE) return "unchanged";
  return ratio > 1 + LEAST_EFFECT ? "slower" : ratio < 1 / (1 + LEAST_EFFECT) ? "faster" : "unchanged";
}

export function comparisonText({ changes, notes }: Comparison): string {
  const lines = changes.map(({ bench, name, ratioBesidePeers, chance, judgement }) => `${judgement.padEnd(13)}${ratioBesidePeers.toFixed(3)}   ${chance < 0.001 ? "< 0.001" : chance.toFixed(3).padStart(7)}   ${bench}: ${name}`);
  const head = `${"".padEnd(13)}time    chance    of noise alone; slower: beyond ${LEAST_EFFECT * 100} % and rarer than ${SIGNIFICANCE}`;
  return [head, ...lines, ...notes, ""].join("\n");
}
