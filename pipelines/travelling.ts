import { derived, trailing } from "../engine/pipeline/feature-set.ts";

/**
 * What a smoke model may read in a room that it has not seen: how values change, beside how high they are. For `.features(travelling())`; docs/features.md lists its columns. Ratios of gases and of
 * sizes of particles tell what is in the air, where its amount depends on the room and the device; a ratio to 0 is missing.
 */
export function travelling() {
  return {
    ...trailing("10s", "1m", "5m", { of: ["level", "change", "slope", "spread", "baseline"] }),
    ...derived({
      "TVOC / eCO2": { ratio: ["TVOC[ppb]", "eCO2[ppm]"] },
      "Raw H2 / Raw Ethanol": { ratio: ["Raw H2", "Raw Ethanol"] },
      "PM1.0 / PM2.5": { ratio: ["PM1.0", "PM2.5"] },
      "NC0.5 / NC1.0": { ratio: ["NC0.5", "NC1.0"] },
      "NC1.0 / NC2.5": { ratio: ["NC1.0", "NC2.5"] },
    }),
  };
}
