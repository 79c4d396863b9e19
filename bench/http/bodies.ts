import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { message } from "../../test/api/service.ts";
import { random } from "../../test/fixtures/random.ts";

/** With what the original system's messages name beside the fields. */
const reading = message({ sensor_id: "s0", "Fire Alarm": 0 });

export const oneBody = JSON.stringify(reading);

/** An array of readings that differ. */
export function manyBody(count: number): string {
  const next = random(3);
  const varied = (index: number) => Object.fromEntries(smokeSchema.fields.map(({ name, min, max }) => [name, Math.round((min + (Math.min(max, 2000) - min) * next()) * 1000) / 1000 + (name === "CNT" ? index : 0)]));
  return JSON.stringify(Array.from({ length: count }, (_, index) => ({ ...reading, ...varied(index), "Pressure[hPa]": 939.735, sensor_id: `s${index % 64}` })));
}
