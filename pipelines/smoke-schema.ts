import { field, schema } from "../kernel-as/schema.ts";

/**
 * The 13-channel smoke sensor. Ranges are what the device has been seen to report, with room: its particle channels
 * count far past their data sheet inside smoke, and a reading from inside a fire must not be rejected.
 */
export const smokeSchema = schema({
  fields: [
    field("Temperature[C]", { min: -40, max: 125 }),
    field("Humidity[%]", { min: 0, max: 100 }),
    field("TVOC[ppb]", { min: 0, max: 65_535 }),
    field("eCO2[ppm]", { min: 0, max: 65_535 }),
    field("Raw H2", { min: 0, max: 65_535, aliases: ["Raw_H2", "H2"] }),
    field("Raw Ethanol", { min: 0, max: 65_535, aliases: ["Raw_Ethanol", "Ethanol"] }),
    field("Pressure[hPa]", { min: 300, max: 1_100 }),
    field("PM1.0", { unit: "µg/m³", min: 0, max: 100_000, aliases: ["PM1_0"] }),
    field("PM2.5", { unit: "µg/m³", min: 0, max: 100_000, aliases: ["PM2_5"] }),
    field("NC0.5", { unit: "1/cm³", min: 0, max: 100_000, aliases: ["NC0_5"] }),
    field("NC1.0", { unit: "1/cm³", min: 0, max: 100_000, aliases: ["NC1_0"] }),
    field("NC2.5", { unit: "1/cm³", min: 0, max: 100_000, aliases: ["NC2_5"] }),
    field("CNT", { min: 0, missing: "absent", feature: false }),
  ],
  time: { keys: ["UTC", "timestamp"], unit: "s" },
  sensorKeys: ["sensor_id", "device_id"],
  label: "Fire Alarm",
  samples: {
    usual: { "Temperature[C]": 20, "Humidity[%]": 57.36, "TVOC[ppb]": 0, "eCO2[ppm]": 400, "Raw H2": 12_306, "Raw Ethanol": 18_520, "Pressure[hPa]": 939.735, "PM1.0": 0, "PM2.5": 0, "NC0.5": 0, "NC1.0": 0, "NC2.5": 0, CNT: 0 },
    event: { "Temperature[C]": 45.5, "Humidity[%]": 30.2, "TVOC[ppb]": 12_500, "eCO2[ppm]": 9_800, "Raw H2": 11_600, "Raw Ethanol": 16_900, "Pressure[hPa]": 937.2, "PM1.0": 9_400, "PM2.5": 15_200, "NC0.5": 43_000, "NC1.0": 17_500, "NC2.5": 6_300, CNT: 1_200 },
  },
});
