import { MangroveError } from "../../kernel-as/errors.ts";
import { mustTake as mustTakeWords } from "../../kernel-as/options.ts";
import type { Aggregate } from "./aggregate.ts";
import type { Topic } from "./endpoint.ts";
import type { Step } from "./step.ts";

/** How steps are written: what is told to whoever has written one otherwise. */
const written = {
  from: '.from(topic("readings"), bearing), where bearing is a schema({ … })',
  eventTime: '.eventTime("timestamp", { per: "sensor", maxOutOfOrderness: "10s" })',
  map: '.map("doubled", { adds: ["doubled"], row: ({ level }) => ({ doubled: 2 * level }) }), with columns in place of row for many rows at once',
  filter: '.filter("high", { row: ({ level }) => level > 3 }), with columns in place of row for many rows at once',
  flatMap: '.flatMap("halves", { gives: ["half"], row: ({ level }) => [{ half: level / 2 }] })',
  features: '.features(trailing("1m", "10m"))',
  score: '.score(model("bearings@champion"))',
  alert: '.alert({ above: "threshold", holdOff: "10m" }), where above may be a probability',
  rules: '.rules({ name: "limits", patterns: [], fields: [{ field: "level", bounds: [{ above: 3, severity: "HIGH" }] }] }), and a pattern like this, with most signs first: { name: "leak", signs: [{ field: "level", above: 3 }], severities: [{ signs: 1, severity: "LOW" }] }',
  anomalies: '.anomalies({ fields: ["level"], window: 100, atLeast: 30, medium: 3, high: 4 })',
  window: '.window(tumbling("1m"), { emit: "final" }).aggregate({ mean_level: mean("level") })',
  branch: '.branch((rows) => rows.filter("high", { row: ({ level }) => level > 3 }).to(topic("high_levels")))',
  to: '.to(topic("results"), history())',
  reject: '.reject(topic("unreadable"))',
} as const;

type Written = keyof typeof written;

/** What the types ask for, where nobody has looked at them: the runtimes take a pipeline's file as it is, and what is no step would do nothing without a word. Throws `MGV_USAGE`. */
export function must(step: Written, isSound: boolean): asserts isSound {
  if (!isSound) throw new MangroveError("MGV_USAGE", `The pipeline has a step .${step}(…) that cannot be read. It is written like this: ${written[step]}.`);
}

/** That nothing but these is said, as a word that is spelled otherwise would count for nothing. Throws `MGV_USAGE`. */
export function mustTake(step: Written, options: unknown, words: readonly string[]): void {
  must(step, isObject(options) && !Array.isArray(options));
  mustTakeWords(`.${step}(…)`, options, words, "MGV_USAGE");
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

export function areNames(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every(isName);
}

/** Of the topic that a step is given, or another where it is given none. */
export function topicName(step: Written, to: Topic | undefined, otherwise: string): string {
  must(step, to === undefined || (isObject(to) && to.kind === "topic"));
  return to?.name ?? otherwise;
}

export function areAggregates(aggregates: unknown): aggregates is Readonly<Record<string, Aggregate>> {
  const isOne = (each: unknown) => isObject(each) && "kind" in each && ("compute" in each ? typeof each.compute === "function" && "fields" in each && areNames(each.fields) : "field" in each && typeof each.field === "string");
  return isObject(aggregates) && Object.keys(aggregates).length > 0 && Object.values(aggregates).every(isOne);
}

/** Functions and numbers of a step that is put together. */
export function checkStep(step: Step): void {
  const oneOf = ({ row, columns }: { row: unknown; columns: unknown }) => [row, columns].filter((each) => each !== null).length === 1 && typeof (row ?? columns) === "function";
  switch (step.kind) {
    case "source":
    case "features":
    case "rules":
      return; // looked at before they are put together
    case "clock":
      return must("eventTime", ["sensor", "partition"].includes(step.per));
    case "map":
      return must("map", oneOf(step) && (step.state === null || (typeof step.state === "function" && step.row !== null)));
    case "filter":
      return must("filter", oneOf(step));
    case "flatMap":
      return must("flatMap", typeof step.row === "function");
    case "score":
      return must("score", isObject(step.model) && isName(step.model.name) && isName(step.model.alias));
    case "alert":
      return must("alert", isName(step.of) && (step.above === "threshold" || (isNumber(step.above) && step.above >= 0 && step.above <= 1)));
    case "anomalies":
      return must("anomalies", [step.window, step.atLeast, step.medium, step.high].every((each) => isNumber(each) && each > 0) && step.atLeast <= step.window && step.medium <= step.high);
    case "window":
      return must("window", ["hopping", "sliding", "session"].includes(step.window.kind) && ["final", "updates"].includes(step.emit));
    case "output":
      return must("to", step.topics.length > 0 || step.history);
  }
}
