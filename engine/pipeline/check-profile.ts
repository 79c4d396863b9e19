import { severities, type FieldRule, type PatternRule, type RuleProfile } from "../rules/profile.ts";
import { isName, isNumber, must, mustTake } from "./check-step.ts";

type Bound = FieldRule["bounds"][number];
type Grade = PatternRule["severities"][number];

/** Throws `MGV_USAGE` for a profile with a part that could never be told, or not as it is meant. */
export function checkProfile(profile: RuleProfile): void {
  mustTake("rules", profile, ["name", "fields", "patterns"]);
  must("rules", isName(profile.name));
  for (const rule of listed(profile.fields)) checkField(rule);
  for (const pattern of listed(profile.patterns)) checkPattern(pattern);
}

function checkField(rule: FieldRule): void {
  mustTake("rules", rule, ["field", "bounds"]);
  must("rules", isName(rule.field));
  for (const bound of listed(rule.bounds)) {
    mustTake("rules", bound, ["above", "below", "severity"]);
    const { above, below }: Bound = bound;
    must("rules", isGrade(bound) && (above !== undefined || below !== undefined) && [above, below].every((each) => each === undefined || isNumber(each)));
  }
}

function checkPattern(pattern: PatternRule): void {
  mustTake("rules", pattern, ["name", "signs", "severities"]);
  const [signs, grades] = [listed(pattern.signs), listed(pattern.severities)];
  must("rules", isName(pattern.name) && signs.length > 0 && grades.length > 0);
  for (const sign of signs) {
    mustTake("rules", sign, ["field", "above"]);
    must("rules", isName(sign.field) && isNumber(sign.above));
  }
  grades.forEach((grade, i) => {
    mustTake("rules", grade, ["signs", "severity"]);
    // the first that is met counts
    must("rules", isGrade(grade) && grade.signs >= 1 && grade.signs <= (i === 0 ? signs.length : grades[i - 1]!.signs - 1));
  });
}

function isGrade({ severity }: Pick<Grade, "severity">): boolean {
  return severities.includes(severity);
}

function listed<Item>(items: readonly Item[]): readonly Item[] {
  must("rules", Array.isArray(items));
  return items;
}
