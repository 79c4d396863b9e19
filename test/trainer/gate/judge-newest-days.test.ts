import { expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { ModelCard } from "../../../kernel-as/model/card.ts";
import { binaryForest, emptyTree } from "../../../kernel-as/model/forest.ts";
import type { Dataset } from "../../../trainer/dataset.ts";
import { newestDays } from "../../../trainer/gate/held-out.ts";
import { judgeNewestDays, type KeptModel } from "../../../trainer/gate/judge-newest-days.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();
const DAY_MS = 86_400_000;

/** Four days of a reading every ten minutes in each room, with fire at noon, which `warm` tells and `noise` does not. */
function roomsOf(rooms: number): Dataset {
  const next = random(3);
  const rows = Array.from({ length: 4 * 144 }, (_, i) => Array.from({ length: rooms }, (_, room) => ({ room, timeMs: i * 600_000 }))).flat();
  const labels = rows.map(({ timeMs }) => Number(Math.floor((timeMs % DAY_MS) / 3_600_000) === 12));
  return {
    event: "fire",
    rows: rows.length,
    featureNames: ["warm", "noise"],
    fieldFeatures: 2,
    pointFeatures: 2,
    features: Float32Array.from(labels.flatMap((label) => [label + next() * 0.9, next()])),
    labels: Float32Array.from(labels),
    timesMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    recordingOf: Int32Array.from(rows, ({ room }) => room),
    recordings: Array.from({ length: rooms }, (_, room) => `room ${room}`),
    longestSpanMs: 3_600_000,
  };
}

const aCard: ModelCard = {
  pipeline: "smoke",
  features: ["warm", "noise"],
  threshold: 0.5,
  trainedOn: { kind: "simulated", sensors: 1, rateHz: 1, seconds: 1, seed: 1 },
  rows: 2,
  positives: 1,
  parameters: {} as ModelCard["parameters"],
  splits: [],
};

/** Says fire where `warm` is 1 or more: always rightly. Its margins are 2 and −2, or `margin`. */
function champion(card: Partial<ModelCard> | null, features = 2, margin = 2): KeptModel {
  const tree = emptyTree(3);
  tree.left[0] = 1;
  tree.right[0] = 2;
  tree.split.set([1, -margin, margin]);
  return { version: "abc", model: binaryForest([tree], features, 0.5), card: card && { ...aCard, ...card } };
}

async function judged(rooms: number, kept: KeptModel | null) {
  const dataset = roomsOf(rooms);
  const held = newestDays(dataset);
  if (typeof held === "string") throw new Error(held);
  const report = await judgeNewestDays({ kernel, dataset, held, candidate: (rows) => ({ probabilities: Array.from(rows, (row) => dataset.labels[row]!), threshold: 0.5 }), champion: kept });
  return { report, held };
}

test("the report names the days that judge, the champion, what has moved most, and a column that gives the label away", async () => {
  const { report, held } = await judged(2, champion({}));
  expect(report.reasons).toEqual([expect.stringMatching(/^A leak that the champion's training had not: .*warm/)]);
  expect(report).toMatchObject({ isPassed: false, heldOut: { days: 1, fromMs: held.fromMs, rows: held.fold.test.length }, championVersion: "abc", note: null, champion: { accuracy: 1 }, gain: { f1: 0 } });
  expect(report.drift.map(({ feature }) => feature).sort()).toEqual(["noise", "warm"]);
});

test("five rooms are drawn as rooms; of fewer their blocks of ten minutes are", async () => {
  expect((await judged(5, champion({}))).report.gain?.groups).toBe(5);
  expect((await judged(4, champion({}))).report.gain?.groups).toBeGreaterThan(100);
});

test("without a champion there is nothing to compare with, and that is said", async () => {
  expect((await judged(2, null)).report).toMatchObject({ championVersion: null, champion: null, gain: null, note: "There is no champion to compare with." });
});

test("a champion that reads other features, by name or by their number, is not compared, and one without a card of as many is", async () => {
  for (const kept of [champion({ features: ["warm", "else"] }), champion(null, 3)]) {
    expect((await judged(2, kept)).report).toMatchObject({ championVersion: "abc", champion: null, note: "The champion, version abc, reads other features, so only the gates of accuracy and F1 count." });
  }
  expect((await judged(2, champion(null))).report).toMatchObject({ champion: { accuracy: 1 }, note: null });
});

const until = (lastMs: number) => champion({ trainedOn: { kind: "readings", count: 9, firstMs: 0, lastMs, sha256: "0" } });

test("a champion that has learned from a part of the days is compared by what came later than any feature looks back", async () => {
  const { held } = await judged(2, null);
  const { report } = await judged(2, until(held.fromMs + DAY_MS / 4));
  // the day has two rows every ten minutes, and an hour is the longest span
  expect(report).toMatchObject({ heldOut: { rows: 290 }, champion: { rows: 290 - 2 * (6 * 6 + 6 + 1) }, note: "The champion has learned from a part of these days: the two are compared by the 204 of 290 rows that came later." });
  expect((await judged(2, until(held.fromMs - 1))).report).toMatchObject({ champion: { rows: 290 }, note: null });
});

test("a champion that has learned from nearly all of the days is said to look better than it is", async () => {
  const { held } = await judged(2, null);
  const { report } = await judged(2, until(held.fromMs + DAY_MS - 3_600_000 * 3));
  expect(report).toMatchObject({ champion: { rows: 290 }, note: "The champion has learned from a part of these days, which makes it look better than it is." });
});

test("a model that is so sure that its probabilities are 1 as the engine has them is judged by what the engine would say", async () => {
  const { report } = await judged(2, champion({ threshold: 1 }, 2, 20));
  expect(report.champion).toMatchObject({ accuracy: 1, recall: 1 });
});
