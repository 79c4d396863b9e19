import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { isTried, writeTrialFile, type TrialTerms } from "../../../engine/model/trial.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { outputRecords } from "../../../engine/sink/records.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { lightgbmText } from "../../../kernel-as/model/formats/lightgbm/text.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).score(model("small")).alert({ of: "fire", to: topic("small_alerts"), holdOff: "10s" }).to(topic("small_predictions"));

const bytes = (text: string) => new TextEncoder().encode(text);
const champion = bytes(stumpModel(small, "b", 5).text);
const challenger = bytes(stumpModel(small, "b", 7).text);

async function taskOf(file: Uint8Array): Promise<Task> {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  await writeFile(path, file);
  const models = new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  await models.refresh();
  models.require();
  return new Task({ kernel, pipeline: small, models, format: { kind: "json" } });
}

const trial = (terms: TrialTerms, other = challenger) => writeTrialFile({ ...terms, champion, challenger: other });

const SEED = 20_260_701;
const SENSORS = 12;
const next = random(SEED);
const messages = Array.from({ length: 300 }, (_, i) => ({ t: i, a: 1, b: Math.floor(next() * 10), sensor_id: `sensor-${Math.floor(next() * SENSORS)}` }));

/** What a task gives for all messages, in batches of `size`: lines by topic, and what is counted of a trial. */
async function run(file: Uint8Array, size = 300) {
  using task = await taskOf(file);
  const lines: string[] = [];
  const counts = { readings: 0, disagreements: 0, championAlerts: 0, challengerAlerts: 0 };
  for (let first = 0; first < messages.length; first += size) {
    const records = recordsOf(messages.slice(first, first + size).map((message) => JSON.stringify(message)));
    records.offsets.forEach((offset, i) => (records.offsets[i] = offset + first));
    const output = task.process(records);
    checkEncoded(output);
    lines.push(...outputRecords(small, output).map(({ topic: to, value }) => `${to} ${value}`));
    if (output.trial) for (const key of Object.keys(counts) as (keyof typeof counts)[]) counts[key] += output.trial[key];
  }
  return { predictions: lines.filter((line) => line.startsWith("small_predictions")), alerts: lines.filter((line) => line.startsWith("small_alerts")), counts };
}

/** What the kernel writes is what the plain way writes. */
function checkEncoded(output: TaskOutput): void {
  const { bytes: written } = output.encodePredictions!();
  const plain = outputRecords(small, output).flatMap(({ topic: to, value }) => (to === "small_predictions" ? [value] : []));
  expect(new TextDecoder().decode(written).trimEnd().split("\n")).toEqual(plain);
}

const sensorOf = (line: string) => (JSON.parse(line.slice(line.indexOf("{"))) as { sensor_id?: string; sensor?: string }).sensor_id;

test(`a shadow changes no byte that is written, and what it would have told is counted (seed ${SEED})`, async () => {
  const [alone, other, both] = [await run(champion), await run(challenger), await run(trial({ mode: "shadow", share: 1 }))];
  expect(both.predictions).toEqual(alone.predictions);
  expect(both.alerts).toEqual(alone.alerts);
  const disagreeing = messages.filter(({ b }) => b >= 5 !== b >= 7).length;
  expect(both.counts).toEqual({ readings: messages.length, disagreements: disagreeing, championAlerts: alone.alerts.length, challengerAlerts: other.alerts.length });
  expect(disagreeing).toBeGreaterThan(0);
});

test("a shadow of a share of the sensors looks at those alone", async () => {
  const share = 0.5;
  const tried = messages.filter(({ sensor_id }) => isTried(sensor_id, share));
  expect(tried.length).toBeGreaterThan(0);
  expect(tried.length).toBeLessThan(messages.length);
  const { counts } = await run(trial({ mode: "shadow", share }));
  expect(counts.readings).toBe(tried.length);
  expect(counts.disagreements).toBe(tried.filter(({ b }) => b >= 5 !== b >= 7).length);
});

test("where sensors are split, each one's predictions and alerts are those of its own model", async () => {
  const share = 0.4;
  const [one, other, split] = [await run(champion), await run(challenger), await run(trial({ mode: "split", share }))];
  const byOther = one.predictions.map((line) => isTried(sensorOf(line)!, share));
  expect(new Set(byOther).size).toBe(2);
  expect(split.predictions).toEqual(byOther.map((is, i) => (is ? other : one).predictions[i]));
  const sensor = (line: string) => (JSON.parse(line.slice(line.indexOf("{"))) as { sensor: string }).sensor;
  const expected = [...one.alerts.filter((line) => !isTried(sensor(line), share)), ...other.alerts.filter((line) => isTried(sensor(line), share))];
  expect(split.alerts.toSorted()).toEqual(expected.sort());
});

test("the cut into batches changes nothing that a trial gives or counts", async () => {
  for (const terms of [{ mode: "shadow", share: 0.7 }, { mode: "split", share: 0.3 }] as const) {
    const [one, ...others] = [await run(trial(terms), 300), await run(trial(terms), 1), await run(trial(terms), 17)];
    for (const other of others) expect({ ...other, alerts: other.alerts.toSorted() }).toEqual({ ...one, alerts: one.alerts.toSorted() });
  }
});

test("a trial of a LightGBM model against one of XGBoost keeps the bits of both", async () => {
  const lightgbm = Uint8Array.from(lightgbmText.write!(stumpModel(small, "b", 7).forest));
  const share = 0.4;
  const [one, other, split] = [await run(champion), await run(lightgbm), await run(trial({ mode: "split", share }, lightgbm))];
  const probability = (line: string) => (JSON.parse(line.slice(line.indexOf("{"))) as { probability: number }).probability;
  expect(split.predictions.map(probability)).toEqual(one.predictions.map((line, i) => probability(isTried(sensorOf(line)!, share) ? other.predictions[i]! : line)));
});

test("a reading at the very threshold is the event, for the model in use and for the one that is tried", async () => {
  const plain = await run(trial({ mode: "shadow", share: 1 }));
  const likely = Math.max(...plain.predictions.map((line) => (JSON.parse(line.slice(line.indexOf("{"))) as { probability: number }).probability));
  const strict = (split: number) => {
    const { forest, card } = stumpModel(small, "b", split);
    return xgboostJson.write(withCard(forest, { ...card, threshold: likely }));
  };
  const sharp = await run(writeTrialFile({ mode: "shadow", share: 1, champion: strict(5), challenger: strict(7) }));
  expect(sharp.counts).toEqual(plain.counts);
  const labels = ({ predictions }: { predictions: string[] }) => predictions.map((line) => line.includes('"prediction":1'));
  expect(labels(sharp)).toEqual(labels(plain));
});

test("a step of the clock tells nothing of a trial, which may have ended since the task's last record", async () => {
  using task = await taskOf(trial({ mode: "shadow", share: 1 }));
  expect(task.process(recordsOf([JSON.stringify(messages[0])])).trial).toMatchObject({ readings: 1 });
  expect(task.advance(1).trial).toBeNull();
});

test("a task that is put back goes on with its trial, and a trial is journalled as a model is", async () => {
  const file = trial({ mode: "split", share: 0.4 });
  using task = await taskOf(file);
  const records = recordsOf(messages.slice(0, 10).map((message) => JSON.stringify(message)));
  const { journal } = task.process(records);
  expect(journal).toMatchObject([{ kind: "model", version: expect.stringMatching(/^[0-9a-f]{12}-split-[0-9a-f]{12}-0\.4$/) }]);
});

test("what stood behind an alert names the model that raised it, and what that read", async () => {
  for (const [terms, isTrial] of [[{ mode: "shadow", share: 1 }, false], [{ mode: "split", share: 1 }, true]] as const) {
    using task = await taskOf(trial(terms));
    const { alerts, evidence = [] } = task.process(recordsOf(messages.map((message) => JSON.stringify(message))));
    expect(alerts.length).toBeGreaterThan(3);
    expect(evidence.map(({ alertId }) => alertId)).toEqual(alerts.map(({ id }) => id));
    for (const { alertId, values, scored } of evidence) {
      const { a, b } = messages[Number(alertId.split("_")[1])]!;
      expect(scored).toMatchObject({ isTrial, readings: expect.any(Number) });
      expect([...values].slice(0, 2)).toEqual([a, b]);
      expect(scored!.features[small.schema.fields.findIndex(({ name }) => name === "b")]).toBe(b);
    }
  }
});
