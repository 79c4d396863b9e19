import type { HistoryReader } from "../../engine/history/reader.ts";
import { FeatureState } from "../../engine/features/features.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import type { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { historySql, type HistoryQuery } from "../history-query.ts";
import { historyReadings } from "../history-readings.ts";
import { DayTallies, type DayTally } from "./day-tally.ts";

/** A model, and from which probability on it says the event. */
export interface Contender {
  readonly forest: Forest;
  readonly threshold: number;
}

export interface BacktestOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly history: HistoryReader;
  /** Which readings; by event time. */
  readonly query: HistoryQuery;
  readonly champion: Contender;
  readonly candidate: Contender;
  readonly signal?: AbortSignal;
  /** Told how many readings are done. */
  readonly onProgress?: (readings: number) => void;
}

/**
 * What both models would have said of the stored readings, each day by its own figures: scored as the engine scores, in the order in which the readings came, and with the pipeline's hold-off between alerts. Sensors are not
 * forgotten between, so that a few first readings after long silence have more history here than they had.
 */
export async function backtest({ kernel, pipeline, history, query, champion, candidate, signal, onProgress = () => {} }: BacktestOptions): Promise<DayTally[]> {
  using state = new FeatureState(kernel, pipeline);
  const tallies = new DayTallies(pipeline.holdOffMs);
  let readings = 0;
  await history.query(async (connection) => {
    for await (const batch of historyReadings(connection, historySql(pipeline, query), signal)) {
      const { at, rows } = state.push(batch);
      const ours = champion.forest.predictAt(at, rows).predictions;
      const theirs = candidate.forest.predictAt(at, rows).predictions;
      for (let row = 0; row < rows; row++) {
        tallies.add({ sensor: batch.names.of(batch.sensors[row]!), timeMs: batch.timesMs[row]!, label: batch.labels[row]!, positive: [ours[row]! >= champion.threshold, theirs[row]! >= candidate.threshold] });
      }
      onProgress((readings += rows));
    }
  }, signal);
  return tallies.days();
}
