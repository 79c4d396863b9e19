import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { kinds, type Kind } from "./kinds.ts";

/** Throws `MGV_HISTORY` for fields that a table cannot tell from its other columns, or from each other: SQL does not see upper and lower case. */
export function checkNames({ schema, steps }: Pipeline): void {
  check("readings", schema.fields.map(({ name }) => name), "the schema");
  for (const step of steps) if (step.kind === "output" && !step.fields.includes("probability")) check("analytics", step.fields, `the step "${step.name}"`);
}

function check(kind: Kind, fields: readonly string[], where: string): void {
  const taken = new Set([...Object.keys(kinds[kind]), "kind", "date"]);
  for (const name of fields) {
    if (taken.has(name.toLowerCase())) throw new MangroveError("MGV_HISTORY", `The history cannot hold a field called "${name}": another column has that name. Rename the field in ${where}.`);
    taken.add(name.toLowerCase());
  }
}
