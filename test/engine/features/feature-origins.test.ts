import { expect, test } from "vitest";
import { featureOrigins } from "../../../engine/features/feature-origins.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { engineered } from "../../../pipelines/engineered.ts";
import machine from "../../../pipelines/machine.ts";
import smoke from "../../../pipelines/smoke.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

const derived = pipeline("derived").from(topic("t"), smokeSchema).features(trailing("10s", "5m", { of: ["level", "change", "slope", "spread", "baseline", "alone"] }), engineered());

test.each([["smoke", smoke], ["machine", machine], ["derived", derived]])("the %s pipeline's features have an origin each, in the model's order, among its fields", (_, of) => {
  const origins = featureOrigins(of);
  expect(origins.map(({ name }) => name)).toEqual(featureNames(of));
  const fields = of.schema.fields.filter(({ feature }) => feature).map(({ name }) => name);
  for (const { name, fields: from } of origins) {
    expect(from.length, name).toBeGreaterThan(0);
    expect(fields, name).toEqual(expect.arrayContaining([...from]));
  }
  expect(new Set(origins.flatMap((each) => each.fields))).toEqual(new Set(fields));
});

test("units are those of the fields, by the second where it is a slope, and none where they are not known", () => {
  const byName = new Map(featureOrigins(derived).map((origin) => [origin.name, origin]));
  const of = (name: string) => [byName.get(name)!.fields, byName.get(name)!.unit];
  expect(of("Temperature[C]")).toEqual([["Temperature[C]"], "C"]);
  expect(of("PM2.5 - mean 10s")).toEqual([["PM2.5"], "µg/m³"]);
  expect(of("PM2.5 slope 300s")).toEqual([["PM2.5"], "µg/m³/s"]);
  expect(of("Raw H2 slope 10s")).toEqual([["Raw H2"], ""]);
  expect(of("pressure_deviation")).toEqual([["Pressure[hPa]"], "hPa"]);
  expect(of("temp_squared")).toEqual([["Temperature[C]"], ""]);
  expect(of("gas_sensor_ratio")).toEqual([["Raw H2", "Raw Ethanol"], ""]);
});
