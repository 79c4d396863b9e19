import { COUNTER, LABEL, MEASURED, readingFields } from "./reading.ts";

/** `"name":` of each column, after a comma. */
const keys = readingFields.map((name) => `,${JSON.stringify(name)}:`);

/** What follows the whole part of a number of thousandths: `""`, `.5`, `.125`. */
const fractions = Array.from({ length: 1_000 }, (_, thousandths) => String(thousandths / 1_000).slice(1));

/** A multiple of 0.001 as `String` writes it, in half the time. */
function decimal(value: number): string {
  const thousandths = Math.round(value * 1_000);
  if (thousandths < 0) return String(value);
  const whole = Math.floor(thousandths / 1_000);
  return whole + fractions[thousandths - whole * 1_000]!;
}

/**
 * The JSON text of the reading at `at`, ASCII. Bit `i` of `nulls` sets measured value `i` to `null`. The label is a
 * string, as the original's producer sends it.
 */
export function messageText(sensorId: string, utcS: number, rows: Float64Array, at: number, nulls: number): string {
  let text = `{"sensor_id":"${sensorId}","UTC":${utcS}`;
  for (let i = 0; i < MEASURED; i++) {
    text += keys[i]!;
    text += nulls !== 0 && (nulls >>> i) & 1 ? "null" : decimal(rows[at + i]!);
  }
  return `${text}${keys[COUNTER]}${rows[at + COUNTER]},"Fire Alarm":"${rows[at + LABEL]}"}`;
}
