import { expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import { fitRows, type RowsToFit } from "../../../trainer/fit-rows/fit-rows.ts";
import { FitThreads } from "../../../trainer/fit-rows/threads.ts";
import { trainModel } from "../../../trainer/judged-model.ts";
import { random } from "../../fixtures/random.ts";
import { shiftedRooms } from "../../fixtures/shifted-rooms.ts";

const kernel = await loadKernel();
const parameters = { ...defaultParameters, rounds: 12 };

function rows(seed: number, { rounds = parameters.rounds, isOneClass = false } = {}): RowsToFit {
  const next = random(seed);
  const features = Float32Array.from({ length: 4000 }, () => next());
  const labels = Float32Array.from({ length: 1000 }, (_, row) => (isOneClass ? 1 : Number(features[row * 4]! > 0.5)));
  const heldOut = { features: features.slice(0, 400), labels: labels.slice(0, 100), weights: null };
  return { learned: { features, labels, weights: null }, width: 4, parameters: { ...parameters, rounds }, heldOut };
}

test("forests of more jobs than threads are those that the caller's own thread trains, each with its losses", async () => {
  using threads = await FitThreads.start(2);
  const seeds = [1, 2, 3, 4, 5];
  const rounds: number[] = [];
  const trained = await Promise.all(seeds.map((seed) => threads.fit(() => rows(seed), { onRound: () => rounds.push(seed) })));
  expect(trained).toEqual(await Promise.all(seeds.map((seed) => fitRows(kernel, rows(seed), {}))));
  expect(rounds.toSorted()).toEqual(seeds.flatMap((seed) => Array.from({ length: parameters.rounds }, () => seed)));
});

test("a model, its card and all that it was judged by are the same with threads and without", async () => {
  using threads = await FitThreads.start(3);
  const trainedOn = { kind: "simulated", sensors: 10, rateHz: 1, seconds: 1, seed: 6 } as const;
  const options = { kernel, dataset: shiftedRooms(6), pipelineName: "test", trainedOn, parameters, falseAlarmsPerSensorDay: 4, calibration: "isotonic" } as const;
  expect(await trainModel({ ...options, threads })).toEqual(await trainModel(options));
});

test("what a thread throws is thrown, also to those who wait, and nothing is trained from then on", async () => {
  using threads = await FitThreads.start(1);
  const fits = [{ isOneClass: true }, {}].map((options) => threads.fit(() => rows(1, options)));
  const outcomes = await Promise.allSettled(fits);
  expect(outcomes).toEqual(outcomes.map(() => ({ status: "rejected", reason: expect.objectContaining({ code: "MGV_TRAIN_DATA" }) as unknown })));
  await expect(threads.fit(() => rows(1))).rejects.toMatchObject({ code: "MGV_TRAIN_DATA" });
});

test("an abort ends a training that a thread is busy with", async () => {
  using threads = await FitThreads.start(1);
  const aborted = new AbortController();
  const reason = new Error("enough");
  const fit = threads.fit(() => rows(1, { rounds: 100_000 }), { signal: aborted.signal, onRound: () => aborted.abort(reason) });
  await expect(fit).rejects.toBe(reason);
});

test("threads that are closed take nothing more", async () => {
  const threads = await FitThreads.start(1);
  threads[Symbol.dispose]();
  await expect(threads.fit(() => rows(1))).rejects.toMatchObject({ code: "MGV_KERNEL" });
});
