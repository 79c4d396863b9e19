import { MangroveError } from "../../kernel-as/errors.ts";
import type { WindowResults } from "../../kernel-as/host/windows.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import { spellings, type Schema } from "../../kernel-as/schema.ts";
import type { Aggregate } from "../../kernel-as/window-spec.ts";

type Of<Kind extends Aggregate> = Kind extends { readonly column: number } ? Omit<Kind, "column"> & { /** Of the schema, any spelling; or its label. */ readonly field: string } : Kind;

/** One key of a record: an aggregate of a field. */
export type Statistic = { readonly name: string } & Of<Aggregate>;

type NumbersByName = Readonly<Record<string, number | null>>;

/** What a topic of windowed statistics holds. */
export interface StatisticsDefinition {
  readonly topic: string;
  readonly statistics: readonly Statistic[];
  /** Keys that are made from the statistics of the same window, in which null is a statistic that has no value. */
  readonly derived?: Readonly<Record<string, (statistics: NumbersByName) => number | null>>;
}

export interface StatisticsRecord extends Readonly<Record<string, string | number | null>> {
  readonly sensor_id: string;
  readonly window_start: string;
  readonly window_end: string;
}

/** The aggregates to ask windows for. Columns are the schema's fields in their order, then the label. Throws `MGV_ARGUMENT` for a field that it does not have. */
export function aggregatesOf(schema: Schema, { statistics }: StatisticsDefinition): Aggregate[] {
  return statistics.map((statistic) => {
    if (statistic.kind === "records") return { kind: statistic.kind };
    const { name: _, field, ...aggregate } = statistic;
    return { ...aggregate, column: columnOf(schema, field) };
  });
}

function columnOf(schema: Schema, name: string): number {
  if (name === schema.label) return schema.fields.length;
  const column = schema.fields.findIndex((field) => spellings(field).includes(name));
  if (column !== -1) return column;
  throw new MangroveError("MGV_ARGUMENT", `The schema has no field ${name}.${didYouMean(name, schema.fields.map((field) => field.name))}`);
}

/** One object a result; times are ISO 8601 in UTC. */
export function recordsOf(definition: StatisticsDefinition, results: WindowResults, sensorName: (sensor: number) => string): StatisticsRecord[] {
  const { statistics, derived = {} } = definition;
  return Array.from({ length: results.count }, (_, i) => {
    const numbers: Record<string, number | null> = {};
    statistics.forEach(({ name }, at) => {
      const x = results.aggregates[at]![i]!;
      numbers[name] = Number.isNaN(x) ? null : x;
    });
    const more = Object.entries(derived).map(([name, of]) => [name, of(numbers)] as const);
    return {
      sensor_id: sensorName(results.sensors[i]!),
      window_start: new Date(results.startMs[i]!).toISOString(),
      window_end: new Date(results.endMs[i]!).toISOString(),
      ...numbers,
      ...Object.fromEntries(more),
    };
  });
}
