import type { Schema } from "../../kernel-as/schema.ts";
import type { Derived } from "../features/derived.ts";
import { defaultTrailing, type TrailingFeature } from "../features/trailing-kinds.ts";
import type { Topic } from "./endpoint.ts";
import { predictingStep } from "./predicting-step.ts";
import { defaultClock, type ClockSettings, type Step, type StepKind, type StepOf } from "./step.ts";

/** A pipeline as the engine, the trainer and the API take it: steps, of which each stands after the one whose rows it takes; and what is asked of them most. */
export abstract class Plan {
  abstract readonly name: string;
  abstract readonly steps: readonly Step[];

  /** The same, read from another topic. */
  abstract readFrom(topic: Topic): Plan;

  /** The same, with the label of training data under another key. */
  abstract labelled(label: string): Plan;

  /** The same, with the sensor named by another key, before its own ones. */
  abstract groupedBy(key: string): Plan;

  get schema(): Schema {
    return this.#source.schema;
  }

  /** The topic that readings come from. */
  get readings(): string {
    return this.#source.topic;
  }

  /** The topic for what cannot be decoded. */
  get deadLetters(): string {
    return this.#source.deadLetters;
  }

  /** Whether readings and predictions go into the history. */
  get keepsHistory(): boolean {
    return this.steps.some((step) => step.kind === "output" && step.history);
  }

  /** Whether a model takes part. */
  get isScored(): boolean {
    return this.#first("score") !== undefined;
  }

  /** The step that writes predictions, to its first topic and into the history; null: none does. */
  get predicting(): StepOf<"output"> | null {
    return predictingStep(this.steps);
  }

  /** The topic of predictions; null: none gets them. */
  get predictions(): string | null {
    return this.predicting?.topics[0] ?? null;
  }

  get alerts(): string {
    return this.#first("alert")?.topic ?? `${this.name}_alerts`;
  }

  /** Every topic that alerts go to. */
  get alertTopics(): string[] {
    return [...new Set(this.steps.flatMap((step) => (step.kind === "alert" || step.kind === "rules" || step.kind === "anomalies" ? [step.topic] : [])))];
  }

  /** What alerts there may be. */
  get alertKinds(): string[] {
    const kinds = this.steps.flatMap((step) => {
      if (step.kind === "alert") return [step.of];
      if (step.kind === "rules") return ["threshold", "pattern"];
      return step.kind === "anomalies" ? ["anomaly"] : [];
    });
    return [...new Set(kinds)];
  }

  /** Every topic that the pipeline may write to. */
  get outputTopics(): string[] {
    const topics = this.steps.flatMap((step) => {
      if (step.kind === "output") return step.topics;
      if (step.kind === "window") return step.late === null ? [] : [step.late];
      return [];
    });
    return [...new Set([...topics, ...this.alertTopics, this.deadLetters])];
  }

  /** What is predicted: `fire`. */
  get event(): string {
    return this.#first("alert")?.of ?? this.schema.label;
  }

  get clock(): ClockSettings {
    return this.#first("clock") ?? defaultClock;
  }

  get maxOutOfOrdernessMs(): number {
    return this.clock.maxOutOfOrdernessMs;
  }

  /** Trailing spans of event time that the features look back on, rising. */
  get spansMs(): readonly number[] {
    return this.#first("features")?.spansMs ?? [];
  }

  /** What is computed of each field over them. */
  get trailing(): readonly TrailingFeature[] {
    return this.#first("features")?.trailing ?? defaultTrailing;
  }

  /** Features that are derived from the fields of the same reading. */
  get derived(): Derived {
    return this.#first("features")?.derived ?? {};
  }

  get holdOffMs(): number {
    return this.#first("alert")?.holdOffMs ?? 300_000;
  }

  get #source(): StepOf<"source"> {
    return this.#first("source")!;
  }

  #first<Kind extends StepKind["kind"]>(kind: Kind): StepOf<Kind> | undefined {
    return this.steps.find((step) => step.kind === kind) as StepOf<Kind> | undefined;
  }
}
