import { expect, test } from "vitest";
import { PipelineDriver } from "../../engine/testing.ts";
import machine, { Simulation } from "../../pipelines/machine.ts";

function messages(options: ConstructorParameters<typeof Simulation>[0]): Record<string, number>[] {
  const simulation = new Simulation(options);
  const texts: string[] = [];
  while (simulation.next([], texts));
  return texts.map((text) => JSON.parse(text) as Record<string, number>);
}

test("another pipeline with other fields runs: trends, zones, dead letters", async () => {
  using driver = await PipelineDriver.open(machine);
  const readings = messages({ sensors: 8, durationMs: 3_600_000, seed: 2 });
  driver.pipe(readings).pipe("vibration").end();
  expect(driver.output("machine_trends").length).toBeGreaterThan(8 * 60);
  expect(driver.output("machine_trends")[0]).toMatchObject({ sensor_id: "machine-1", readings: expect.any(Number) as number, vibration: expect.any(Number) as number });
  expect(driver.output("machine_dead_letter")).toMatchObject([{ code: "MGV_JSON" }]);
  const told = new Set(driver.output("machine_alerts").filter(({ cause }) => cause === "vibration_rms").map(({ sensor }) => sensor as string));
  const shaking = new Set(readings.filter((reading) => reading["vibration_rms"]! > 2.8).map((reading) => String(reading["machine"])));
  expect(shaking.size).toBeGreaterThan(0);
  expect(told).toEqual(shaking);
  expect(readings.some(({ fault }) => fault === 1)).toBe(true);
});

test("a simulation gives the same messages for the same seed", () => {
  const options = { sensors: 3, durationMs: 60_000, seed: 7 };
  expect(messages(options)).toEqual(messages(options));
  expect(messages(options)).not.toEqual(messages({ ...options, seed: 8 }));
});
