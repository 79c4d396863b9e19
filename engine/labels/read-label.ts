import type { Schema } from "../../kernel-as/schema.ts";
import { eventTime, FIRST_MS, labelValue, noTime, type Problem } from "../decode/value.ts";
import type { GivenLabel } from "./label.ts";

const LONGEST_TEXT = 512;

/** A label as it comes by HTTP, by its topic or from a CSV, or all that is wrong with it. Times are numbers in the schema's unit or ISO 8601, the label is 0 or 1. A span from seconds to ms would hold all later readings. */
export function readLabel({ time }: Pick<Schema, "time">, value: unknown): GivenLabel | readonly Problem[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [{ code: "MGV_JSON", field: "", detail: "a label must be an object with sensor, from, to, label and who" }];
  const given = value as Readonly<Record<string, unknown>>;
  const problems: Problem[] = [];
  const text = (field: string, what: string): string => {
    const found = given[field];
    const problem = (code: Problem["code"], detail: string) => void problems.push({ code, field, detail });
    if (found === undefined || found === null || found === "") problem("MGV_FIELD_MISSING", `${field} is not there: ${what}`);
    else if (typeof found !== "string" && typeof found !== "number") problem("MGV_FIELD_TYPE", `${field} must be a text: ${what}`);
    else if (String(found).length > LONGEST_TEXT) problem("MGV_FIELD_RANGE", `${field} has ${String(found).length} characters; ${LONGEST_TEXT} are the most`);
    else return String(found);
    return "";
  };
  const number = (field: string, found: number | Problem): number => {
    if (typeof found === "number") return found;
    problems.push({ ...found, field });
    return NaN;
  };
  const timeOf = (field: string) => {
    const schema = { time: { ...time, keys: [field] }, ...NOTHING_ELSE };
    const found = given[field];
    const isSeconds = time.unit === "ms" && typeof found === "number" && found > 0 && found < FIRST_MS;
    return number(field, isSeconds ? noTime(schema, found, " looks like seconds: it") : eventTime(schema, found, NaN));
  };
  const sensor = text("sensor", "the sensor that is spoken of, as its readings name it");
  const [fromMs, toMs] = [timeOf("from"), timeOf("to")];
  const label = number("label", labelValue({ time, ...NOTHING_ELSE, label: "label" }, given["label"] ?? "none"));
  const who = text("who", "who says so");
  if (fromMs >= toMs) problems.push({ code: "MGV_FIELD_RANGE", field: "to", detail: "to must be after from: a reading at to itself is not meant any more" });
  return problems.length > 0 ? problems : { sensor, fromMs, toMs, label: label === 1 ? 1 : 0, who };
}

const NOTHING_ELSE = { fields: [], sensorKeys: [], label: "" } as const;

/** A label as its topic carries it. */
export function labelMessage({ sensor, fromMs, toMs, label, who }: GivenLabel): { readonly key: string; readonly value: string } {
  return { key: sensor, value: JSON.stringify({ sensor, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), label, who }) };
}
