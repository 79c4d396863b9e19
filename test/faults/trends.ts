import type { Life } from "./sample.ts";
import { handlesRule, memoryRule, risingFloors, type TrendRule } from "./trend.ts";

/** A sentence for every process that takes more and more memory or handles. */
export function trendsOf(lives: readonly Life[]): string[] {
  const trend = (name: string, what: string, values: number[], rule: TrendRule, text: (value: number) => string) => {
    const floors = risingFloors(values, rule);
    return floors === null ? [] : [`${name} takes more and more ${what}: ${floors.map(text).join(", ")}`];
  };
  return lives.flatMap(({ name, samples }) => [
    ...trend(name, "memory", samples.map(({ rssBytes }) => rssBytes), memoryRule, (bytes) => `${Math.round(bytes / 2 ** 20)} MB`),
    ...trend(name, "handles", samples.map(({ handles }) => handles), handlesRule, String),
  ]);
}
