import { exp } from "../../kernel-as/assembly/math.ts";

/** The most water that air holds, g/m³: the Magnus formula with the WMO's constants, -45 to 60 °C, and the ideal gas law. */
export function saturationGm3(celsius: number): number {
  return (6.112 * exp((17.62 * celsius) / (243.12 + celsius)) * 216.7) / (273.15 + celsius);
}
