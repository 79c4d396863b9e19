import { field, schema } from "../kernel-as/schema.ts";

/** A bearing with an accelerometer and a thermometer, and the motor that drives it. */
export const machineSchema = schema({
  fields: [
    field("vibration_rms", { unit: "mm/s", min: 0, max: 200 }),
    field("vibration_peak", { unit: "g", min: 0, max: 500 }),
    field("bearing_temperature", { unit: "C", min: -40, max: 250 }),
    field("motor_current", { unit: "A", min: 0, max: 1000 }),
    field("speed", { unit: "rpm", min: 0, max: 20_000, aliases: ["rpm"] }),
  ],
  time: { keys: ["ts", "timestamp"], unit: "ms" },
  sensorKeys: ["machine", "device_id"],
  label: "fault",
  samples: {
    usual: { vibration_rms: 1.2, vibration_peak: 0.45, bearing_temperature: 46, motor_current: 28, speed: 1_480 },
    event: { vibration_rms: 7.4, vibration_peak: 6.1, bearing_temperature: 68, motor_current: 28.5, speed: 1_478 },
  },
});
