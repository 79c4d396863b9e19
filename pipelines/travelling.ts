import { derived, trailing } from "../engine/pipeline/feature-set.ts";

/**
 * What a smoke model may read in a room that it has not seen: how values change, and how high they are only where nothing else is known. For `.features(travelling())`; docs/features.md lists its columns.
 * Chosen in simulated rooms: a model that also reads values and means where there is a history knows its rooms by them, and finds fewer fires in others.
 */
export function travelling() {
  return trailing("10s", "1m", "5m", { of: ["change", "slope", "spread", "baseline", "alone"] });
}

/** Ratios of gases and of sizes of particles: they tell what is in the air, where its amount depends on the room and the device; a ratio to 0 is missing. */
export function ratios() {
  return derived({
    "TVOC / eCO2": { ratio: ["TVOC[ppb]", "eCO2[ppm]"] },
    "Raw H2 / Raw Ethanol": { ratio: ["Raw H2", "Raw Ethanol"] },
    "PM1.0 / PM2.5": { ratio: ["PM1.0", "PM2.5"] },
    "NC0.5 / NC1.0": { ratio: ["NC0.5", "NC1.0"] },
    "NC1.0 / NC2.5": { ratio: ["NC1.0", "NC2.5"] },
  });
}
