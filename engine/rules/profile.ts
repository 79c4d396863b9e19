/** From mild to grave. */
export const severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;

export type Severity = (typeof severities)[number];

/** Bounds of one field, from mild to grave. A value beyond several of them has the gravest. */
export interface FieldRule<Field extends string = string> {
  readonly field: Field;
  readonly bounds: readonly { readonly above?: number; readonly below?: number; readonly severity: Severity }[];
}

/** Signs that together mean more than each alone. */
export interface PatternRule<Field extends string = string> {
  readonly name: string;
  /** A sign is seen when its field is above the bound. */
  readonly signs: readonly { readonly field: Field; readonly above: number }[];
  /** How many signs make which severity, most first. */
  readonly severities: readonly { readonly signs: number; readonly severity: Severity }[];
}

/** Named rules that work without a model or labels. */
export interface RuleProfile<Field extends string = string> {
  readonly name: string;
  readonly fields: readonly FieldRule<Field>[];
  readonly patterns: readonly PatternRule<Field>[];
}
