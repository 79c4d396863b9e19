import type { HistoryReader } from "../../../engine/history/reader.ts";
import type { Pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Forest } from "../../../kernel-as/host/forest.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { backtest } from "../../backtest/backtest.ts";
import { boundsOfHistory } from "../../history-query.ts";
import { unknown, type ModelInUse, type Unknown } from "../job.ts";
import type { Span } from "../span.ts";

/** How often the model on trial says the same as the one in use. */
export interface Agreement {
  readonly challenger: string;
  readonly readings: number;
  readonly disagreements: number;
  readonly share: number;
}

interface Asked {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly model: ModelInUse | null;
  readonly challenger: ModelInUse | null;
  readonly span: Span;
  readonly signal?: AbortSignal;
}

/** Both score the readings of the last hour of the span. Throws `MGV_HISTORY`. */
export async function agreement(history: HistoryReader, { kernel, pipeline, model, challenger, span, signal }: Asked): Promise<Agreement | Unknown> {
  if (!model || !challenger || challenger.version === model.version) return unknown("There is no challenger beside the model in use.");
  const bounds = await boundsOfHistory(history, pipeline, null, signal);
  if (bounds === null) return unknown("There are no readings.");
  using champion = new Forest(kernel, model.model);
  using candidate = new Forest(kernel, challenger.model);
  const days = await backtest({
    kernel, pipeline, history,
    query: { ...bounds, fromMs: Math.floor(span.toMs - HOUR_MS) + 1, toMs: Math.floor(span.toMs) + 1 },
    champion: { forest: champion, threshold: model.threshold },
    candidate: { forest: candidate, threshold: challenger.threshold },
    ...(signal && { signal }),
  });
  const sum = (of: (day: (typeof days)[number]) => number) => days.reduce((total, day) => total + of(day), 0);
  const [readings, disagreements] = [sum((day) => day.readings), sum((day) => day.disagreements)];
  return readings === 0 ? unknown("There are no readings of the last hour.") : { challenger: challenger.version, readings, disagreements, share: 1 - disagreements / readings };
}

const HOUR_MS = 3_600_000;
