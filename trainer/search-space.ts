import type { Random } from "../engine/simulator/random.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { checkParameters, isWhole } from "../kernel-as/host/training/checks.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { parameterName, trainingParameters, type GivenParameters } from "./parameters.ts";

/** Values between two ends, both included. Parameters that must be whole numbers are drawn whole, others to four digits. */
export interface SearchRange {
  readonly from: number;
  readonly to: number;
  /** `log`: as likely between 0.01 and 0.1 as between 0.1 and 1 (`linear`). */
  readonly scale?: "linear" | "log";
}

/** What to draw for each parameter, by any of its names: a range, or a list to choose from. */
export type SearchSpace = Readonly<Record<string, SearchRange | readonly unknown[]>>;

const max_leaves: SearchRange = { from: 6, to: 128, scale: "log" };
const max_depth: SearchRange = { from: 3, to: 10 };
const others: Readonly<Record<string, SearchRange>> = {
  eta: { from: 0.02, to: 0.3, scale: "log" },
  min_child_weight: { from: 0.1, to: 100, scale: "log" },
  lambda: { from: 0.1, to: 100, scale: "log" },
  subsample: { from: 0.5, to: 1 },
  colsample_bytree: { from: 0.4, to: 1 },
};

/** The space of a search that is given none: what matters most, less what is given. Trees that are bounded by depth get another depth, all others another number of leaves. */
export function defaultSpace(given: GivenParameters): SearchSpace {
  const fixed = new Set<string>(Object.keys(given).map(parameterName));
  const { grow_policy, sampling_method } = trainingParameters(given);
  if (sampling_method === "goss") fixed.add("subsample"); // chooses rows itself
  const byDepth = fixed.has("grow_policy") && grow_policy === "depthwise";
  const size = fixed.has("max_depth") || fixed.has("max_leaves") ? {} : byDepth ? { max_depth } : { max_leaves };
  return Object.fromEntries(Object.entries<SearchRange>({ ...size, ...others }).filter(([name]) => !fixed.has(name)));
}

/** Decide what is learned or how it is judged, so that losses could not be compared. */
const NOT_DRAWN = new Set<keyof TrainingParameters>(["objective", "num_class", "seed", "early_stopping_rounds"]);

export interface Dimension {
  readonly name: keyof TrainingParameters;
  readonly values: SearchRange | readonly unknown[];
}

/** The space by the parameters' own names. Throws `MGV_TRAIN_PARAMETER` for a name that is unknown, given twice or not to be drawn, and for ends and choices that cannot be. */
export function dimensionsOf(space: SearchSpace, given: GivenParameters, features: number): Dimension[] {
  const dimensions = Object.entries(space).map(([as, values]) => {
    const name = parameterName(as);
    if (NOT_DRAWN.has(name)) fail(`${as} cannot be searched: losses of trials could not be compared. Give it beside the space.`);
    for (const value of endsOf(as, values)) checkParameters(trainingParameters({ ...without(given, name), [name]: value }), features);
    return { name, values };
  });
  const twice = dimensions.find(({ name }, i) => dimensions.some((other, j) => j < i && other.name === name));
  if (twice) fail(`The space has ${twice.name} twice, by two of its names: give one of them.`);
  if (dimensions.length === 0) fail("The space of the search is empty: all parameters are fixed.");
  return dimensions;
}

/** The parameters as they are given, by any name, with others in place of some. */
export function withDrawn(given: GivenParameters, drawn: Readonly<Record<string, unknown>>): TrainingParameters {
  const kept = Object.keys(drawn).reduce((rest, name) => without(rest, name), given);
  return trainingParameters({ ...kept, ...drawn });
}

function without(given: GivenParameters, name: string): GivenParameters {
  return Object.fromEntries(Object.entries(given).filter(([as]) => parameterName(as) !== name));
}

/** One value for each dimension. A dimension's values do not depend on the others. */
export function drawFrom(dimensions: readonly Dimension[], random: Random): Record<string, unknown> {
  return Object.fromEntries(dimensions.map(({ name, values }) => [name, draw(name, values, random.fork(name))]));
}

function draw(name: keyof TrainingParameters, values: Dimension["values"], random: Random): unknown {
  if (isList(values)) return values[random.integer(values.length)];
  const { from, to, scale = "linear" } = values;
  const past = isWhole(name) ? 1 : 0;
  const x = scale === "log" ? random.magnitude(from, to + past) : random.between(from, to + past);
  return Math.min(to, Math.max(from, isWhole(name) ? Math.floor(x) : Number(x.toPrecision(4))));
}

/** Ends of a range, or all that can be chosen. */
function endsOf(as: string, values: Dimension["values"]): readonly unknown[] {
  if (isList(values)) return values.length > 0 ? values : fail(`The space has no value to choose for ${as}.`);
  if (typeof values !== "object" || values === null) return fail(`The space of ${as} is ${JSON.stringify(values)}; it must be a range { from, to, scale }, or a list to choose from.`);
  const { from, to, scale = "linear", ...others } = values;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return fail(`The space of ${as} has ${unknown}; a range has from, to and scale.`);
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) return fail(`The space of ${as} is from ${from} to ${to}: from must be a number below to.`);
  if (!["linear", "log"].includes(scale)) return fail(`The scale of ${as} is ${JSON.stringify(scale)}; it must be "linear" or "log".`);
  if (scale === "log" && from <= 0) return fail(`The space of ${as} is logarithmic from ${from}: it must begin above 0.`);
  return [from, to];
}

function isList(values: Dimension["values"]): values is readonly unknown[] {
  return Array.isArray(values);
}

function fail(message: string): never {
  throw new MangroveError("MGV_TRAIN_PARAMETER", message);
}
