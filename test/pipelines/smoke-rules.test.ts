import { describe, expect, test } from "vitest";
import { findings } from "../../engine/rules/evaluate.ts";
import type { RuleProfile } from "../../engine/rules/profile.ts";
import { smokeRules } from "../../pipelines/smoke-rules.ts";

const calm: Record<string, number> = { "Temperature[C]": 22, "Humidity[%]": 45, "TVOC[ppb]": 120, "eCO2[ppm]": 420, "PM1.0": 2, "PM2.5": 3, "Pressure[hPa]": 1005, "Fire Alarm": 0 };
const found = (profile: RuleProfile, changes: Record<string, number>) => findings(profile, (field) => ({ ...calm, ...changes })[field]!).map(({ cause, severity }) => `${severity} ${cause}`);

describe("the tables of the system that this one replaces", () => {
  test.each(Object.values(smokeRules).map((profile) => [profile.name, profile]))("%s says nothing of a calm room, and nothing of missing values", (_, profile) => {
    expect(found(profile, {})).toEqual([]);
    expect(found(profile, Object.fromEntries(Object.keys(calm).map((field) => [field, NaN])))).toEqual([]);
  });

  test.each<[keyof typeof smokeRules, Record<string, number>, string[]]>([
    ["stream", { "Temperature[C]": 51 }, ["HIGH Temperature[C]"]],
    ["stream", { "Temperature[C]": 50, "Humidity[%]": 90 }, []],
    ["stream", { "Temperature[C]": -11 }, ["HIGH Temperature[C]"]],
    ["stream", { "Fire Alarm": 1 }, ["CRITICAL Fire Alarm"]],
    ["detector", { "Temperature[C]": 45 }, ["MEDIUM Temperature[C]"]],
    ["detector", { "Temperature[C]": 71 }, ["CRITICAL Temperature[C]"]],
    ["detector", { "Temperature[C]": -21 }, ["CRITICAL Temperature[C]"]],
    ["detector", { "Pressure[hPa]": 939.735 }, ["MEDIUM Pressure[hPa]"]],
    ["window", { "Temperature[C]": 81, "PM2.5": 80 }, ["CRITICAL Temperature[C]", "HIGH PM2.5"]],
    ["prometheus", { "Temperature[C]": 31 }, ["MEDIUM Temperature[C]"]],
  ])("%s: %j gives %j", (name, changes, expected) => {
    expect(found(smokeRules[name], changes)).toEqual(expected);
  });

  test("two signs of fire are HIGH, three CRITICAL", () => {
    const signs = { "Temperature[C]": 46, "TVOC[ppb]": 801 };
    expect(found(smokeRules.stream, signs)).toEqual(["HIGH fire pattern"]);
    expect(found(smokeRules.stream, { ...signs, "PM2.5": 31 })).toEqual(["CRITICAL fire pattern"]);
  });
});
