import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import smoke from "../../pipelines/smoke.ts";
import type { DatasetReport } from "../../trainer/dataset.ts";
import { plainSettings, readManifest, type Manifest, type TrainingSettings } from "../../trainer/manifest.ts";
import { Registry } from "../../trainer/registry/registry.ts";
import { retrain } from "../../trainer/retrain.ts";
import { manifestOf, trainOn } from "../../trainer/trained-model.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const kernel = await loadKernel();
const HOUR_MS = 3_600_000;

/** A reading every four minutes in each of three rooms; an hour of fire a day, in which the first feature is mostly high. */
function days(count: number): DatasetReport {
  const next = random(count);
  const rows = Array.from({ length: count * 360 }, (_, i) => Array.from({ length: 3 }, (_, room) => ({ room, timeMs: i * 240_000 }))).flat();
  const labels = Float32Array.from(rows, ({ room, timeMs }) => Number(Math.floor(timeMs / HOUR_MS) % 24 === 4 + room));
  const features = Float32Array.from(rows.flatMap((_, i) => [labels[i]! * 0.6 + next() * 0.7, next()]));
  const dataset = { event: "fire", rows: rows.length, featureNames: ["moves", "noise"], fieldFeatures: 2, pointFeatures: 2, features, labels, timesMs: Float64Array.from(rows, ({ timeMs }) => timeMs), recordingOf: Int32Array.from(rows, ({ room }) => room), recordings: ["a", "b", "c"], longestSpanMs: HOUR_MS };
  const readings = { kind: "readings", sha256: `${count}`.padStart(64, "0"), count: rows.length, firstMs: 0, lastMs: count * 24 * HOUR_MS } as const;
  return { dataset, readings, rejected: 0, firstReason: null, unlabelled: 0 };
}

/** What a retraining on eight days makes of a champion that learned from six, by features of these names. */
async function retrained(wished: Partial<TrainingSettings>, beside: Partial<Manifest> = {}, names: readonly string[] | null = null) {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: join(folder.path, "model.json"), now: () => 0 });
  const settings = { ...plainSettings, parameters: { ...defaultParameters, rounds: 15 }, judgeBy: ["blocks" as const], ...wished };
  const read = days(6);
  const newest = days(8);
  const source = { kind: "simulated" } as const;
  const first = await trainOn({ kernel, pipeline: smoke, read, simulated: null, settings });
  await registry.keep(first.bytes, { by: "a test", verdict: "challenger", reasons: [], manifest: { ...manifestOf(first, { source, settings, simulated: null, read }), ...beside } });
  await registry.promote(first.version, { by: "a test", reason: "the first" });
  const told: string[] = [];
  const outcome = await retrain({ kernel, pipeline: smoke, read: async () => ({ read: names === null ? newest : { ...newest, dataset: { ...newest.dataset, featureNames: names } }, source }), registry, page: ({ version, card }, { rows }) => `# ${version} of ${card.rows}/${rows}`, tell: (sentence) => told.push(sentence) });
  if (outcome.kind === "nothing") throw new Error(outcome.reason);
  const kept = (await registry.find(outcome.version))!;
  const { training } = readManifest(await readFile(kept.manifestPath!, "utf8"), kept.manifestPath!);
  const { learner } = JSON.parse(await readFile(kept.path, "utf8")) as { learner: { attributes: Record<string, string> } };
  const page = await readFile(join(folder.path, "model.card.md"), "utf8").catch(() => null);
  return { outcome, training, attributes: JSON.stringify(learner.attributes), page, told };
}

test("what was wished for beside the trees of the champion is wished for again", async () => {
  const wished = { falseAlarmsPerSensorDay: 2, calibration: "platt", newRooms: true } as const;
  const { training, attributes } = await retrained(wished);
  expect(training).toMatchObject({ ...wished, parameters: { rounds: 15 } });
  expect(attributes).toMatch(/thresholdReason.*false alarms a sensor and day/);
  expect(attributes).toContain("calibration");
});

test("a champion without such wishes is followed by a model without them", async () => {
  const { training, attributes } = await retrained({});
  expect(training).toMatchObject({ falseAlarmsPerSensorDay: null, calibration: null, newRooms: false, parameters: { rounds: 15 } });
  expect(attributes).not.toContain("thresholdReason");
});

test("a calibration that could not be made the last time is tried again", async () => {
  const { training } = await retrained({}, { wishedCalibration: "isotonic" });
  expect(training.calibration).toBe("isotonic");
});

test("the card of the model that is promoted lies beside it", async () => {
  const { outcome, page } = await retrained({});
  expect(outcome.kind).toBe("promoted");
  expect(page).toBe(`# ${outcome.version} of ${8 * 1080}/${8 * 1080}`);
});

test("where the features are others constraints follow their names", async () => {
  const parameters = { ...defaultParameters, rounds: 15, monotone_constraints: [1, -1], interaction_constraints: [[0, 1]] };
  const same = await retrained({ parameters });
  expect(same.training.parameters).toMatchObject({ monotone_constraints: [1, -1], interaction_constraints: [[0, 1]] });
  const { training, told } = await retrained({ parameters }, {}, ["new", "moves"]);
  expect(training.parameters).toMatchObject({ rounds: 15, monotone_constraints: [0, 1], interaction_constraints: [[1], [0]] });
  expect(told).toContain("the features are others than the champion's: its constraints hold for those of the same name");
});
