import { didYouMean } from "../kernel-as/nearest.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Bench } from "./bench.ts";
import { decodeBench, decodings } from "./decode.ts";
import { explainBench, explainings } from "./explain.ts";
import { historyBench } from "./history.ts";
import { historyDayBench } from "./history-day.ts";
import { scoringBench, scorings } from "./kernel.ts";
import { pipelineBench } from "./pipeline.ts";
import { recordsBenches } from "./records.ts";
import { taskBench } from "./task.ts";
import { trainBench, trainings } from "./train.ts";
import { windowBench } from "./window.ts";

const benches: ReadonlyMap<string, (quick: boolean) => Bench> = new Map([
  ...scorings.map((scoring) => [scoring.name, (quick: boolean) => scoringBench(scoring, quick)] as const),
  ...explainings.map((explaining) => [explaining.name, (quick: boolean) => explainBench(explaining, quick)] as const),
  ...decodings.map((decoding) => [decoding.name, (quick: boolean) => decodeBench(decoding, quick)] as const),
  ...trainings.map((training) => [training.name, (quick: boolean) => trainBench(training, quick)] as const),
  ...recordsBenches,
  ["window", windowBench],
  ["task", taskBench],
  ["history", historyBench],
  ["history-day", historyDayBench],
  ["pipeline", pipelineBench],
]);

export function allBenches(quick: boolean): Bench[] {
  return [...benches.values()].map((make) => make(quick));
}

/** The bench of that name, or all whose names begin with it: `kernel` is `kernel-xgboost`, `kernel-64`, … Throws `MGV_USAGE` for a name of none. */
export function benchesOf(name: string, quick: boolean): Bench[] {
  const found = [...benches].filter(([each]) => each === name || each.startsWith(`${name}-`)).map(([, make]) => make(quick));
  if (found.length > 0) return found;
  throw new MangroveError("MGV_USAGE", `There is no bench ${name}.${didYouMean(name, benches.keys())} There are ${[...benches.keys()].join(", ")}, kafka, streams, http and page.`);
}
