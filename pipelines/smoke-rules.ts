import type { RuleProfile, Severity } from "../engine/rules/profile.ts";

/*
 * The threshold tables of the system that this one replaces. They disagree with each other; `stream` is the one that a user gets who chooses none.
 */

type Field = "Temperature[C]" | "Humidity[%]" | "TVOC[ppb]" | "eCO2[ppm]" | "PM1.0" | "PM2.5" | "Pressure[hPa]" | "Fire Alarm";

/** Five numbers as the detector has them: critically low, low, from where it is raised, high, critical. */
function detectorBounds(field: Field, [lowest, low, medium, high, critical]: readonly [number, number, number, number, number]) {
  const bounds: { above?: number; below?: number; severity: Severity }[] = [
    { below: lowest, severity: "CRITICAL" },
    { below: low, severity: "MEDIUM" },
    { above: medium, severity: "MEDIUM" },
    { above: high, severity: "HIGH" },
    { above: critical, severity: "CRITICAL" },
  ];
  return { field, bounds: bounds.filter(({ above, below }) => Number.isFinite(above ?? below)) };
}

const none = -Infinity;
const alarm = { field: "Fire Alarm", bounds: [{ above: 0.5, severity: "CRITICAL" }] } as const;

/** Several signs of fire at once. */
const firePattern = {
  name: "fire pattern",
  signs: [
    { field: "Temperature[C]", above: 45 },
    { field: "TVOC[ppb]", above: 800 },
    { field: "eCO2[ppm]", above: 800 },
    { field: "PM2.5", above: 30 },
  ],
  severities: [
    { signs: 3, severity: "CRITICAL" },
    { signs: 2, severity: "HIGH" },
  ],
} as const;

export const smokeRules = {
  stream: {
    name: "stream",
    fields: [
      { field: "Temperature[C]", bounds: [{ above: 50, severity: "HIGH" }, { below: -10, severity: "HIGH" }] },
      { field: "Humidity[%]", bounds: [{ above: 90, severity: "MEDIUM" }, { below: 10, severity: "MEDIUM" }] },
      { field: "TVOC[ppb]", bounds: [{ above: 1000, severity: "HIGH" }] },
      { field: "eCO2[ppm]", bounds: [{ above: 1000, severity: "HIGH" }] },
      { field: "PM2.5", bounds: [{ above: 35, severity: "HIGH" }] },
      alarm,
    ],
    patterns: [firePattern],
  },
  detector: {
    name: "detector",
    fields: [
      detectorBounds("Temperature[C]", [-20, 0, 40, 50, 70]),
      detectorBounds("Humidity[%]", [5, 15, 80, 90, 95]),
      detectorBounds("TVOC[ppb]", [none, none, 500, 1000, 2000]),
      detectorBounds("eCO2[ppm]", [none, none, 800, 1000, 1500]),
      detectorBounds("PM2.5", [none, none, 25, 35, 50]),
      detectorBounds("PM1.0", [none, none, 20, 30, 45]),
      detectorBounds("Pressure[hPa]", [900, 950, 1050, 1100, 1150]),
      alarm,
    ],
    patterns: [firePattern],
  },
  window: {
    name: "window",
    fields: [
      { field: "Temperature[C]", bounds: [{ above: 50, severity: "HIGH" }, { above: 80, severity: "CRITICAL" }, { below: -10, severity: "HIGH" }] },
      { field: "Humidity[%]", bounds: [{ above: 90, severity: "MEDIUM" }, { below: 10, severity: "MEDIUM" }] },
      { field: "TVOC[ppb]", bounds: [{ above: 1000, severity: "MEDIUM" }, { above: 2000, severity: "HIGH" }] },
      { field: "eCO2[ppm]", bounds: [{ above: 1000, severity: "MEDIUM" }, { above: 1500, severity: "HIGH" }] },
      { field: "PM2.5", bounds: [{ above: 35, severity: "MEDIUM" }, { above: 75, severity: "HIGH" }] },
      { field: "Pressure[hPa]", bounds: [{ above: 1050, severity: "MEDIUM" }, { below: 950, severity: "MEDIUM" }] },
      alarm,
    ],
    patterns: [],
  },
  prometheus: {
    name: "prometheus",
    fields: [
      { field: "Temperature[C]", bounds: [{ above: 30, severity: "MEDIUM" }] },
      { field: "TVOC[ppb]", bounds: [{ above: 1000, severity: "MEDIUM" }] },
      { field: "eCO2[ppm]", bounds: [{ above: 1000, severity: "MEDIUM" }] },
      { field: "PM2.5", bounds: [{ above: 35, severity: "MEDIUM" }] },
    ],
    patterns: [],
  },
} as const satisfies Readonly<Record<string, RuleProfile<Field>>>;
