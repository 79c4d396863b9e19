import { expect, test } from "vitest";
import { isTried, readTrialFile, writeTrialFile } from "../../../engine/model/trial.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a trial's file gives both models back as they were", () => {
  const trial = { mode: "split", share: 0.25, champion: bytes("{champion}"), challenger: bytes("{}") } as const;
  const read = readTrialFile(writeTrialFile(trial))!;
  expect({ ...read, champion: [...read.champion], challenger: [...read.challenger] }).toEqual({ ...trial, champion: [...trial.champion], challenger: [...trial.challenger] });
});

test("the file of a single model is none of a trial, and one that is cut is refused", () => {
  for (const text of ["", "{}", "MGVTRIA", "binf"]) expect(readTrialFile(bytes(text))).toBeNull();
  const whole = writeTrialFile({ mode: "shadow", share: 1, champion: bytes("{}"), challenger: bytes("{}") });
  for (const length of [8, 11, 12, 20]) expect(() => readTrialFile(whole.subarray(0, length))).toThrow(/cut or damaged/);
});

test("a share of sensors is about that share of them, and those of a smaller one are in every larger one", () => {
  const sensors = Array.from({ length: 20_000 }, (_, i) => `sensor-${i}`);
  const of = (share: number) => sensors.filter((sensor) => isTried(sensor, share));
  for (const share of [0.01, 0.1, 0.5, 0.9]) expect(Math.abs(of(share).length / sensors.length - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / sensors.length));
  const [few, more] = [of(0.1), new Set(of(0.3))];
  expect(few.every((sensor) => more.has(sensor))).toBe(true);
  expect([of(1).length, of(0).length]).toEqual([sensors.length, 0]);
});
