import { severities, type FieldRule, type PatternRule, type RuleProfile, type Severity } from "./profile.ts";

/** A bound that a reading is beyond. */
export interface Finding {
  /** The field, or the name of the pattern. */
  readonly cause: string;
  readonly kind: "threshold" | "pattern";
  /** The value; of a pattern the number of its signs. */
  readonly value: number;
  readonly bound: number;
  readonly severity: Severity;
}

/** 0…3, rising with how grave it is. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** What is beyond the bounds of a profile in one reading, fields first, in the profile's order. A missing value is beyond none. */
export function findings({ fields, patterns }: RuleProfile, valueOf: (field: string) => number): Finding[] {
  return [...fields.flatMap((rule) => fieldFinding(rule, valueOf(rule.field))), ...patterns.flatMap((rule) => patternFinding(rule, valueOf))];
}

function fieldFinding({ field, bounds }: FieldRule, value: number): Finding[] {
  let gravest: Finding | null = null;
  for (const { above, below, severity } of bounds) {
    const bound = above !== undefined && value > above ? above : below !== undefined && value < below ? below : null;
    if (bound === null || (gravest && severityRank(severity) <= severityRank(gravest.severity))) continue;
    gravest = { cause: field, kind: "threshold", value, bound, severity };
  }
  return gravest ? [gravest] : [];
}

function patternFinding({ name, signs, severities: grades }: PatternRule, valueOf: (field: string) => number): Finding[] {
  const seen = signs.filter(({ field, above }) => valueOf(field) > above).length;
  const grade = grades.find((each) => seen >= each.signs);
  return grade ? [{ cause: name, kind: "pattern", value: seen, bound: grade.signs, severity: grade.severity }] : [];
}
