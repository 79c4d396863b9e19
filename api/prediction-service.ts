import type { Model } from "../engine/model/model-store.ts";
import { predictionLabels } from "../engine/pipeline/prediction-labels.ts";
import type { BatchAnswer, BatchFailure, FieldError, Prediction } from "./contract.ts";
import { frameOf } from "./answer-frame.ts";
import type { RouteOptions } from "./options.ts";
import { isFire, missingOf, readFields, scoresOf, summaryOf, type ReadField } from "./prediction.ts";
import { refusalOfErrors } from "./problem.ts";
import type { Requested } from "./requested.ts";
import { Scorer, type Scored } from "./score.ts";

type Entries = BatchAnswer["predictions"];

/** Makes the answers to requests for predictions, and counts them. */
export class PredictionService {
  readonly #options: RouteOptions;
  readonly #scorer: Scorer;
  readonly #fields: readonly ReadField[];
  readonly #labels: readonly [string, string];

  constructor(options: RouteOptions) {
    this.#options = options;
    this.#scorer = new Scorer(options);
    this.#fields = readFields(options.pipeline.schema);
    this.#labels = predictionLabels(options.pipeline.event);
  }

  /** Of the only reading. */
  one(model: Model, asked: Requested, startedMs: number): Prediction {
    return { ...this.#scores(model, asked)[0]!, ...this.answered(model, startedMs) };
  }

  many(model: Model, asked: Requested, startedMs: number): BatchAnswer {
    const predictions = this.entries(model, asked);
    return { predictions, summary: summaryOf(predictions), ...this.answered(model, startedMs) };
  }

  /** One for each reading, the failed ones too; `first` is the index of the first. */
  entries(model: Model, asked: Requested, first = 0): Entries {
    return inPlaces(asked, this.#scores(model, asked), first);
  }

  /** Scores readings, and counts that. */
  score(model: Model, { batch, isMany }: Pick<Requested, "batch" | "isMany">): Scored {
    const { metrics, stats } = this.#options;
    const scored = this.#scorer.score(model, batch);
    const { probabilities } = scored;
    let fire = 0;
    for (const probability of probabilities) if (isFire(model, probability)) fire++;
    metrics.predictions({ fire, noFire: probabilities.length - fire }, model.version, "http");
    metrics.scores(probabilities);
    metrics.original?.asked(batch, { isMany, fire });
    stats.scored({ probabilities, fire, isMany });
    return scored;
  }

  /** Counts a request that is answered now, and gives what its answer says beside the scores. */
  answered(model: Model, startedMs: number) {
    const endedMs = this.#options.now();
    const frame = frameOf(model, { startedMs, endedMs });
    this.#options.stats.answered(frame.processing_time_seconds, endedMs);
    return frame;
  }

  #scores(model: Model, asked: Requested) {
    const { probabilities, readings } = this.score(model, asked);
    const { columns } = asked.batch;
    const labels = this.#labels;
    const scores: ReturnType<typeof scoresOf>[] = [];
    for (const [row, probability] of probabilities.entries()) scores.push(scoresOf(model, { labels, probability, missing: missingOf(this.#fields, columns, row), readings: readings[row]! }));
    return scores;
  }
}

/** What was made of the good readings of a request, and why there is nothing of the others, in the order of the request. */
export function inPlaces<Made extends object>({ count, failures }: Pick<Requested, "count" | "failures">, made: readonly Made[], first = 0): ((Made & { index: number }) | BatchFailure)[] {
  if (failures.size === 0) return made.map((each, i) => ({ index: first + i, ...each }));
  let row = 0;
  return Array.from({ length: count }, (_, i) => {
    const errors = failures.get(i);
    return errors ? failureOf(first + i, errors) : { index: first + i, ...made[row++]! };
  });
}

export function failureOf(index: number, errors: readonly FieldError[]): BatchFailure {
  const { code, detail } = refusalOfErrors(errors);
  return { index, error: detail, details: detail, code, errors: [...errors] };
}
