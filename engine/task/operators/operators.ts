import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Model } from "../../model/model-store.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { Step } from "../../pipeline/step.ts";
import type { Operator } from "../operator.ts";
import { noRows } from "../rows.ts";
import { AlertOperator } from "./alert.ts";
import { AnomaliesOperator } from "./anomalies.ts";
import { FilterOperator } from "./filter.ts";
import { FlatMapOperator } from "./flat-map.ts";
import { MapOperator } from "./map.ts";
import { OutputOperator } from "./output.ts";
import { RulesOperator } from "./rules.ts";
import { ScoreOperator } from "./score.ts";
import { SlidingOperator } from "./sliding.ts";
import { WindowOperator } from "./window.ts";

export interface OperatorOptions {
  readonly kernel: Kernel;
  /** The task's, and the root in it that the step may have. */
  readonly arena: Arena;
  readonly root: number;
  readonly pipeline: Pipeline;
  /** The model that scores the batch in hand; null: scoring is switched off, and nothing comes out of it. */
  readonly model: (() => Model) | null;
}

/** A step at work; null for one that does nothing of its own: what it says is done where it is used. */
export function operatorOf(step: Step, { kernel, arena, root, pipeline, model }: OperatorOptions): Operator | null {
  const inputFields = () => pipeline.steps.find(({ name }) => name === step.input)!.fields;
  switch (step.kind) {
    case "source":
    case "clock":
    case "features":
      break;
    case "map":
      return new MapOperator(step);
    case "filter":
      return new FilterOperator(step);
    case "flatMap":
      return new FlatMapOperator(step, inputFields());
    case "score":
      return model ? new ScoreOperator({ kernel, arena, root, spec: pipeline, model, holdOffMs: pipeline.holdOffMs }) : { process: (rows) => noRows(step.fields, rows.names), [Symbol.dispose]: () => {} };
    case "alert":
      return new AlertOperator(step);
    case "rules":
      return new RulesOperator(step);
    case "anomalies":
      return new AnomaliesOperator(step);
    case "output":
      return new OutputOperator(step, { isPredicting: pipeline.predicting?.name === step.name });
    case "window": {
      const { window } = step;
      const fields = inputFields();
      if (window.kind === "sliding") return new SlidingOperator({ kernel, arena, root, step, sizeMs: window.sizeMs, fields, clock: pipeline.clock });
      return new WindowOperator({ kernel, arena, root, step, window, fields, clock: pipeline.clock });
    }
  }
  return null;
}
