import { expect, test } from "vitest";
import { outputRecords } from "../../../engine/sink/records.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { stumpStore } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { recordsOf } from "../../fixtures/readings.ts";
import { faultsPipeline, topicKinds, topicOf } from "../pipeline.ts";
import { SensorShare } from "./sensor-share.ts";

const kernel = await loadKernel();
const pipeline = faultsPipeline("share");

test("of each topic the records of the drawn sensors are compared, every one of them and no other", async () => {
  const models = await stumpStore(kernel, pipeline, "value", 50);
  for (let seed = 1; seed <= 5; seed++) {
    const next = random(seed);
    const share = new SensorShare({ share: 0.3, seed });
    const keys = Array.from({ length: 3000 }, () => `s${Math.floor(next() * 40)}`);
    const texts = keys.map((sensor, i) => (next() < 0.02 ? "{" : JSON.stringify({ t: i * 20 - (next() < 0.05 ? 30_000 : 0), sensor, sequence: i, value: next() * 100 })));
    using task = new Task({ kernel, pipeline, models, format: { kind: "json" } });
    const output = task.process(recordsOf(texts, { keys }));
    const wanted = outputRecords(pipeline, output).filter(({ key }) => share.has(key));
    expect(outputRecords(pipeline, share.of(output)), `seed ${seed}`).toEqual(wanted);
    expect(new Set(wanted.map(({ topic }) => topic)), `seed ${seed}`).toEqual(new Set(topicKinds.map((kind) => topicOf("share", kind))));
  }
});

test("a share is about as large as it says, another one for each seed, and of everybody what has no key", () => {
  const sensors = Array.from({ length: 2000 }, (_, i) => `room-${i}`);
  const drawn = (seed: number) => {
    const share = new SensorShare({ share: 0.3, seed });
    return sensors.filter((sensor) => share.has(sensor));
  };
  expect(drawn(7).length).toBeGreaterThan(500);
  expect(drawn(7).length).toBeLessThan(700);
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(8)).not.toEqual(drawn(7));
  expect(new SensorShare({ share: 0.01, seed: 7 }).has(null)).toBe(true);
  expect(sensors.every((sensor) => new SensorShare({ share: 1, seed: 7 }).has(sensor))).toBe(true);
});
