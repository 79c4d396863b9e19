import { derived } from "../engine/pipeline/feature-set.ts";

/**
 * The twelve features that the system which this one replaces made of a smoke reading, under its names: for `.features(trailing("1m", "5m"), engineered())`. A ratio to 0 is missing,
 * where that system divided by 0.00001 instead; its logarithms are of the value and one, of temperature and 51.
 */
export function engineered() {
  return derived({
    temp_squared: { product: ["Temperature[C]", "Temperature[C]"] },
    temp_log: { log: "Temperature[C]", plus: 51 },
    humidity_squared: { product: ["Humidity[%]", "Humidity[%]"] },
    humidity_log: { log: "Humidity[%]", plus: 1 },
    tvoc_eco2_ratio: { ratio: ["TVOC[ppb]", "eCO2[ppm]"] },
    pm_ratio: { ratio: ["PM1.0", "PM2.5"] },
    pm_sum: { sum: ["PM1.0", "PM2.5"] },
    pressure_deviation: { distance: "Pressure[hPa]", from: 1013.25 },
    temp_humidity_interaction: { product: ["Temperature[C]", "Humidity[%]"] },
    heat_index: { sum: ["Temperature[C]", "Humidity[%]"], weight: 0.5 },
    gas_sensor_ratio: { ratio: ["Raw H2", "Raw Ethanol"] },
    gas_sensor_sum: { sum: ["Raw H2", "Raw Ethanol"] },
  });
}
