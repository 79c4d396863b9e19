import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import { derivedTable, type Derivation } from "../features/derived.ts";
import type { AnomalyOptions } from "../rules/anomaly.ts";
import type { RuleProfile } from "../rules/profile.ts";
import { fieldsOf, type Aggregate } from "./aggregate.ts";
import { areAggregates, areNames, checkStep, isName, isObject, isProfile, must, mustTake, topicName } from "./check-step.ts";
import { durationMs, type Duration } from "./duration.ts";
import { trailingOf, type FeatureSet } from "./feature-set.ts";
import type { HistoryEnd, ModelReference, Topic } from "./endpoint.ts";
import { Plan } from "./plan.ts";
import { sinceScore } from "./predicting-step.ts";
import type { Step, StepKind, WindowStep } from "./step.ts";
import type { ColumnMap, ColumnTest, RowFlatMap, RowMap, RowTest } from "./user-function.ts";
import { windowText, type WindowKind } from "./window-kind.ts";

interface Named {
  /** Of the step: that of its state, metrics and errors. */
  name?: string;
}

export interface WindowOptions extends Named {
  allowedLateness?: Duration;
  emit?: "final" | "updates";
  late?: Topic;
}

/** A window that waits for what is to be computed in it. */
export interface Windowed<Field extends string> {
  /** One row for each sensor and window, with a field for each aggregate. */
  aggregate<const Out extends Readonly<Record<string, Aggregate<Field>>>>(aggregates: Out): Stream<keyof Out & string>;
}

/**
 * What becomes of the rows of a source. Steps return a new stream; nothing runs before an engine or a driver is given the last of them. Every step throws
 * `MGV_USAGE` for what cannot be: a second step of one name, a duration that is none, a field that is not there.
 */
export class Stream<Field extends string = string> extends Plan {
  override readonly name: string;
  override readonly steps: readonly Step[];
  readonly #head: Step;

  constructor(name: string, steps: readonly Step[], head: Step) {
    super();
    this.name = name;
    this.steps = steps;
    this.#head = head;
  }

  /** Fields of its rows. */
  get fields(): readonly string[] {
    return this.#head.fields;
  }

  /** Adds fields, row by row or for many rows at once. With `state`, each sensor has its own. */
  map<const Added extends string, State>(name: string, options: { adds: readonly Added[]; state: () => State; row: RowMap<Field, Added, State> }): Stream<Field | Added>;
  map<const Added extends string>(name: string, options: { adds: readonly Added[]; row: RowMap<Field, Added, undefined> }): Stream<Field | Added>;
  map<const Added extends string>(name: string, options: { adds: readonly Added[]; columns: ColumnMap<Field, Added> }): Stream<Field | Added>;
  map(name: string, options: { adds: readonly string[]; state?: () => unknown; row?: unknown; columns?: unknown }): Stream<never> {
    mustTake("map", options, ["adds", "row", "columns", "state"]);
    must("map", isName(name) && areNames(options.adds));
    const { adds, state = null, row = null, columns = null } = options;
    const taken = adds.find((added) => this.fields.includes(added));
    if (taken !== undefined) throw new MangroveError("MGV_USAGE", `The step "${name}" adds ${JSON.stringify(taken)}, which is there already: give it another name.`);
    const fields = [...this.fields, ...adds];
    return this.#add(name, { kind: "map", adds, row: row as RowMap | null, columns: columns as ColumnMap | null, state }, fields);
  }

  filter(name: string, options: { row: RowTest<Field> } | { columns: ColumnTest<Field> }): Stream<Field> {
    mustTake("filter", options, ["row", "columns"]);
    must("filter", isName(name));
    return this.#add(name, { kind: "filter", row: "row" in options ? options.row : null, columns: "columns" in options ? options.columns : null });
  }

  /** Any number of rows in place of each, with the fields `gives`. They keep its sensor and time. */
  flatMap<const Out extends string>(name: string, options: { gives: readonly Out[]; row: RowFlatMap<Field, Out> }): Stream<Out> {
    mustTake("flatMap", options, ["gives", "row"]);
    must("flatMap", isName(name) && areNames(options.gives));
    return this.#add(name, { kind: "flatMap", row: options.row as unknown as RowFlatMap }, options.gives) as unknown as Stream<Out>;
  }

  /** What the model is to read: the schema's fields, and these sets together. */
  features(...sets: readonly FeatureSet<NoInfer<Field>>[]): Stream<Field> {
    for (const set of sets) mustTake("features", set, ["spansMs", "trailing", "derived"]);
    const spansMs = [...new Set(sets.flatMap((set) => set.spansMs ?? []))];
    if (spansMs.some((spanMs) => !(spanMs > 0 && spanMs < Infinity))) {
      throw new MangroveError("MGV_USAGE", `Trailing spans must be above 0 ms, not ${spansMs.join(", ")}.`);
    }
    const all = sets.flatMap((set) => Object.entries<Derivation>(set.derived ?? {}));
    const derived = Object.fromEntries(all);
    const twice = all.find(([name, derivation]) => derived[name] !== derivation);
    if (twice) throw new MangroveError("MGV_USAGE", `Two features are called ${JSON.stringify(twice[0])}: give one of them another name.`);
    derivedTable(this.schema, derived); // says what cannot be derived
    return this.#add("features", { kind: "features", spansMs: spansMs.toSorted((a, b) => a - b), ...trailingOf(sets), derived });
  }

  /** Adds margin, probability and prediction of the model. */
  score(model: ModelReference, options: Named = {}): Stream<Field | "margin" | "probability" | "prediction"> {
    mustTake("score", options, ["name"]);
    return this.#add(options.name ?? "score", { kind: "score", model }, [...this.fields, "margin", "probability", "prediction"]);
  }

  /** Tells people of predictions of `of` (the label's name) above a probability, once for as long as they go on with gaps of at most `holdOff`. The rows go on as they are. */
  alert(options: { of?: string; above?: number | "threshold"; holdOff?: Duration; to?: Topic } & Named = {}): Stream<Field> {
    mustTake("alert", options, ["of", "above", "holdOff", "to", "name"]);
    const { of = this.schema.label, above = "threshold", holdOff = "5m", to, name = "alert" } = options;
    if (sinceScore(this.#head, this.steps) === null) {
      throw new MangroveError("MGV_USAGE", `The step "${name}" needs rows that a model has scored: put .score(…) before it, and no .window(…) or .flatMap(…) between them. Fields of other rows are watched by .rules(…).`);
    }
    return this.#add(name, { kind: "alert", of, above, holdOffMs: durationMs(holdOff, "holdOff", { zero: true }), topic: topicName("alert", to, `${this.name}_alerts`) });
  }

  /** Tells people of values beyond the bounds of a profile. The rows go on as they are. */
  rules(profile: RuleProfile<NoInfer<Field>>, options: { holdOff?: Duration; to?: Topic } & Named = {}): Stream<Field> {
    must("rules", isProfile(profile));
    mustTake("rules", options, ["holdOff", "to", "name"]);
    const { holdOff = "5m", to, name = `rules ${profile.name}` } = options;
    const used = [...profile.fields.map(({ field }) => field), ...profile.patterns.flatMap(({ signs }) => signs.map(({ field }) => field))];
    this.#mustHave(name, used);
    return this.#add(name, { kind: "rules", profile, holdOffMs: durationMs(holdOff, "holdOff", { zero: true }), topic: topicName("rules", to, `${this.name}_alerts`) });
  }

  /** Tells people of values far from the sensor's own recent ones. The rows go on as they are. */
  anomalies(options: { fields: readonly NoInfer<Field>[] } & Partial<Omit<AnomalyOptions, "watched">> & { to?: Topic } & Named): Stream<Field> {
    mustTake("anomalies", options, ["fields", "window", "atLeast", "medium", "high", "to", "name"]);
    must("anomalies", areNames(options.fields) && options.fields.length > 0);
    const { fields: watched, window = 100, atLeast = 30, medium = 3, high = 4, to, name = "anomalies" } = options;
    this.#mustHave(name, watched);
    return this.#add(name, { kind: "anomalies", watched, window, atLeast, medium, high, topic: topicName("anomalies", to, `${this.name}_alerts`) });
  }

  /** Cuts each sensor's event time into windows. */
  window(window: WindowKind, options: WindowOptions = {}): Windowed<Field> {
    must("window", isObject(window));
    mustTake("window", options, ["name", "allowedLateness", "emit", "late"]);
    const { name = `window ${windowText(window)}`, allowedLateness = "0s", emit = "final", late } = options;
    const allowedLatenessMs = durationMs(allowedLateness, "allowedLateness", { zero: true });
    return {
      aggregate: (aggregates) => {
        must("window", areAggregates(aggregates));
        this.#mustHave(name, Object.values<Aggregate>(aggregates).flatMap(fieldsOf));
        const step: WindowStep = { kind: "window", window, allowedLatenessMs, emit, aggregates, late: late === undefined ? null : topicName("window", late, "") };
        return this.#add(name, step, Object.keys(aggregates));
      },
    };
  }

  /** Does something else with the same rows too: the steps that `to` adds stand beside those that follow. */
  branch(to: (stream: Stream<Field>) => Plan): Stream<Field> {
    must("branch", typeof to === "function");
    const branched = to(this);
    must("branch", branched instanceof Plan);
    return new Stream(this.name, branched.steps, this.#head);
  }

  /** Writes the rows: to topics, into the history. They go on as they are. */
  to(...ends: readonly (Topic | HistoryEnd)[]): Stream<Field> {
    must("to", ends.every((end) => isObject(end) && ["topic", "history"].includes(end.kind)));
    const topics = ends.flatMap((end) => (end.kind === "topic" ? [end.name] : []));
    const history = ends.some(({ kind }) => kind === "history");
    return this.#add([...topics, ...(history ? ["history"] : [])].join(", "), { kind: "output", topics, history });
  }

  /** Where messages go that cannot be decoded, with the reason (`NAME_dead_letter`). */
  reject(to: Topic): Stream<Field> {
    must("reject", to !== undefined);
    const deadLetters = topicName("reject", to, "");
    return this.#changed((step) => (step.kind === "source" ? { ...step, deadLetters } : step));
  }

  /** The same, read from another topic. */
  override readFrom(topic: Topic): Stream<Field> {
    return this.#changed((step) => (step.kind === "source" ? { ...step, topic: topic.name } : step));
  }

  /** The same, with the label of training data under another key. */
  override labelled(label: string): Stream<Field> {
    return this.#withSchema((schema) => ({ ...schema, label }));
  }

  /** The same, with the sensor named by another key, before its own ones. */
  override groupedBy(key: string): Stream<Field> {
    return this.#withSchema((schema) => ({ ...schema, sensorKeys: [key, ...schema.sensorKeys.filter((other) => other !== key)] }));
  }

  #add(name: string, step: StepKind, fields = this.fields): Stream<Field> {
    if (this.steps.some((other) => other.name === name)) {
      throw new MangroveError("MGV_USAGE", `The pipeline "${this.name}" has two steps called "${name}": their state and metrics would be mixed up. Name one of them.`);
    }
    const added: Step = { ...step, name, input: this.#head.name, fields };
    checkStep(added);
    return new Stream<Field>(this.name, [...this.steps, added], added);
  }

  #changed(change: (step: Step) => Step): Stream<Field> {
    const steps = this.steps.map(change);
    return new Stream(this.name, steps, steps.find(({ name }) => name === this.#head.name)!);
  }

  #withSchema(change: (schema: Schema) => Schema): Stream<Field> {
    return this.#changed((step) => (step.kind === "source" ? { ...step, schema: change(step.schema) } : step));
  }

  #mustHave(name: string, fields: readonly string[]): void {
    const lacking = fields.find((field) => !this.fields.includes(field));
    if (lacking === undefined) return;
    throw new MangroveError("MGV_USAGE", `The step "${name}" reads ${JSON.stringify(lacking)}, which its rows do not have.${didYouMean(lacking, this.fields)} They have ${this.fields.join(", ")}.`);
  }
}
