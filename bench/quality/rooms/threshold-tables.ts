import { findings, severityRank } from "../../../engine/rules/evaluate.ts";
import type { RuleProfile } from "../../../engine/rules/profile.ts";
import { readingFields } from "../../../engine/simulator/reading.ts";
import { smokeRules } from "../../../pipelines/smoke-rules.ts";
import type { Contestant } from "./contestant.ts";

/** From here on a table has raised something. */
export const RAISED = 0.25;

const columnOf: ReadonlyMap<string, number> = new Map(readingFields.map((name, i) => [name, i]));

/** The original's tables of thresholds: how grave what they find is, as 0.25, 0.5, 0.75 or 1, and 0 for nothing. The label, which some of them read, is kept from them. */
export const thresholdTables: readonly Contestant[] = Object.values<RuleProfile>(smokeRules).map((profile) => ({
  learner: `table "${profile.name}"`,
  features: "thresholds",
  predict({ count, columns }) {
    const graveness = new Float64Array(count);
    for (let row = 0; row < count; row++) {
      const found = findings(profile, (field) => columns[columnOf.get(field) ?? -1]?.[row] ?? NaN);
      graveness[row] = found.reduce((most, { severity }) => Math.max(most, (severityRank(severity) + 1) / 4), 0);
    }
    return graveness;
  },
}));
