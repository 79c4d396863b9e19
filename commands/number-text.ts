import type { Family } from "../kernel-as/model/forest.ts";

/** Every f32 reads back from nine digits. Six tell any two decimals of six digits apart, but for denormal ones. */
const MOST_DIGITS = 9;
const SURE_DIGITS = 6;
const LEAST_NORMAL = 2 ** -126;

/** The text of a number as {@link numberText} gives it. */
export type NumberText = (value: number) => string;

/** How numbers of a family are written: the shortest text that reads back as the same f32 (XGBoost) or f64 (LightGBM). */
export function numberText(family: Family): NumberText {
  return family === "xgboost" ? f32Text : f64Text;
}

function f32Text(value: number): string {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value) || (magnitude < 2 ** 24 && Number.isInteger(value))) return f64Text(value);
  let short = value;
  for (let digits = magnitude < LEAST_NORMAL ? 1 : SURE_DIGITS; digits <= MOST_DIGITS; digits++) {
    short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) break;
  }
  return String(short);
}

function f64Text(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
