import { expect, test } from "vitest";
import { Messages } from "../../../engine/simulator/messages.ts";
import { simulatedReadings, simulatorSource } from "../../../engine/source/simulator.ts";
import { keyOf } from "../../../engine/source/record-batch.ts";
import type { RecordBatch, Source } from "../../../engine/source/source.ts";

const never = new AbortController().signal;
const decoder = new TextDecoder();

function textsOf({ count, values, bounds }: RecordBatch): string[] {
  return Array.from({ length: count }, (_, i) => decoder.decode(values.subarray(bounds[i], bounds[i + 1])));
}

async function batchesOf(source: Source, signal = never): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for await (const { format, records } of source.read(signal)) {
    expect(format).toEqual({ kind: "json" });
    batches.push(records);
  }
  return batches;
}

/** A clock that only sleeping moves. */
function fakeClock(startMs: number) {
  const clock = {
    ms: startMs,
    slept: [] as number[],
    now: () => clock.ms,
    sleep: (ms: number) => {
      clock.slept.push(ms);
      clock.ms += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

test("at full speed: full batches of the world's messages, offsets from 0, no append times, keys are sensors", async () => {
  const options = { sensors: 7, durationMs: 1_500_000, seed: 3 };
  const batches = await batchesOf(simulatorSource({ ...options, speed: "max" }));
  expect(batches.map((each) => each.count)).toEqual([4_096, 4_096, 2_308]);
  const keys: string[] = [];
  const texts: string[] = [];
  const messages = new Messages(options);
  while (messages.next(keys, texts));
  expect(batches.flatMap(textsOf)).toEqual(texts);
  expect(batches.flatMap((each) => Array.from({ length: each.count }, (_, i) => keyOf(each, i)))).toEqual(keys);
  expect(batches.flatMap((each) => Array.from(each.offsets))).toEqual(texts.map((_, i) => i));
  for (const each of batches) {
    expect([each.topic, each.partition]).toEqual(["smoke_sensor_data", 0]);
    expect(each.appendTimesMs.length).toBe(each.count);
    expect(each.appendTimesMs.every(Number.isNaN)).toBe(true);
    expect(each.bounds.at(-1)).toBe(each.values.length);
  }
});

test("more sensors than a batch holds come in several batches", async () => {
  const batches = await batchesOf(simulatorSource({ sensors: 5_000, durationMs: 2_000, speed: "max" }));
  expect(batches.map((each) => each.count)).toEqual([4_096, 4_096, 1_808]);
});

//  clock  0      1 s    2 s    3 s    4 s     speed 1: a batch a second; speed 10: one in 100 ms
//         |12|   |12|   |12|   |12|   end
test.each([
  { speed: 1, everyMs: 1_000 },
  { speed: 10, everyMs: 100 },
  { speed: 0.5, everyMs: 2_000 },
])("at speed $speed a batch comes every $everyMs ms and carries the clock", async ({ speed, everyMs }) => {
  const clock = fakeClock(50_000);
  const batches = await batchesOf(simulatorSource({ speed, now: clock.now, sleep: clock.sleep, durationMs: 4_000 }));
  expect(batches.map((each) => each.count)).toEqual([12, 12, 12, 12]);
  expect(batches.map((each) => Array.from(new Set(each.appendTimesMs)))).toEqual([0, 1, 2, 3].map((i) => [50_000 + i * everyMs]));
  expect(clock.slept.filter((ms) => ms > 0)).toEqual([everyMs, everyMs, everyMs, everyMs]); // it ends when its duration is over
});

test("paced and unpaced runs tell the same bytes", async () => {
  const clock = fakeClock(0);
  const options = { durationMs: 60_000, faults: { disorder: 0.2, repeat: 0.1 } };
  const paced = await batchesOf(simulatorSource({ ...options, speed: 1, now: clock.now, sleep: clock.sleep }));
  const fast = await batchesOf(simulatorSource({ ...options, speed: "max" }));
  expect(paced.flatMap(textsOf)).toEqual(fast.flatMap(textsOf));
  expect(paced.flatMap((each) => Array.from(each.offsets))).toEqual(fast.flatMap((each) => Array.from(each.offsets)));
});

test("a consumer that took its time gets what it missed at once, and then the usual pace", async () => {
  const clock = fakeClock(0);
  const counts: number[] = [];
  for await (const { records } of simulatorSource({ sensors: 2, speed: 1, now: clock.now, sleep: clock.sleep, durationMs: 8_000 }).read(never)) {
    counts.push(records.count);
    if (counts.length === 2) clock.ms += 3_500;
  }
  expect(counts).toEqual([2, 2, 6, 2, 2, 2]);
});

test("no batch is lost or empty when sensors fall silent", async () => {
  const clock = fakeClock(0);
  const batches = await batchesOf(simulatorSource({ sensors: 2, speed: 1, now: clock.now, sleep: clock.sleep, durationMs: 600_000, faults: { silence: 0.05 } }));
  expect(batches.every((each) => each.count > 0)).toBe(true);
  expect(batches.length).toBeLessThan(600);
});

test("abort ends a pause at once, and quietly", async () => {
  const abort = new AbortController();
  const source = simulatorSource({ rateHz: 0.01, speed: 1 });
  const counts: number[] = [];
  for await (const { records } of source.read(abort.signal)) {
    counts.push(records.count);
    setTimeout(() => abort.abort(), 20);
  }
  expect(counts).toEqual([12]);
});

test("abort by a timer ends a run at full speed after the batch in hand", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 20);
  let told = 0;
  for await (const { records } of simulatorSource({ speed: "max", durationMs: 36_000_000 }).read(abort.signal)) told += records.count;
  expect(abort.signal.aborted).toBe(true);
  expect(told).toBeLessThan(12 * 36_000 * 0.9); // two seconds' work
});

test("abort between two batches ends it there", async () => {
  const abort = new AbortController();
  let batches = 0;
  for await (const _ of simulatorSource({ speed: "max" }).read(abort.signal)) if (++batches === 3) abort.abort();
  expect(batches).toBe(3);
  expect(await batchesOf(simulatorSource({ speed: "max" }), AbortSignal.abort())).toEqual([]);
});

test("readings for training come without waiting, an hour of both classes unless said otherwise", async () => {
  const source = simulatedReadings();
  const texts = (await batchesOf(source)).flatMap(textsOf);
  expect(texts.length).toBe(12 * 3_600);
  const labels = Map.groupBy(texts, (text) => text.slice(text.lastIndexOf(",")));
  expect([...labels.keys()].sort()).toEqual([',"Fire Alarm":"0"}', ',"Fire Alarm":"1"}']);
  expect((await batchesOf(simulatedReadings({ durationMs: 10_000 }))).length).toBe(1);
});

test("it describes itself, has nothing to commit, and is read once", async () => {
  await using source = simulatorSource({ topic: "elsewhere", sensors: 3, seed: 8, speed: "max", durationMs: 1_000 });
  expect(source.topic).toBe("elsewhere");
  expect(source.description).toBe("simulation of 3 rooms, seed 8, at full speed");
  expect((await batchesOf(source))[0]!.topic).toBe("elsewhere");
  await source.commit(0, 1);
  await expect(batchesOf(source)).rejects.toThrow(expect.objectContaining({ code: "MGV_INTERNAL" }));
});

test.each([0, -1, NaN, Infinity])("a speed of %d is refused", (speed) => {
  expect(() => simulatorSource({ speed })).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});

test("messages that were taken in before are passed over without a wait, and the rest is as it was, also from mid-step", async () => {
  const options = { sensors: 7, durationMs: 60_000, seed: 3 };
  const whole = (await batchesOf(simulatorSource({ ...options, speed: "max" }))).flatMap(textsOf);
  for (const from of [0, 1, 7, 200, 419, 420]) {
    const batches = await batchesOf(simulatorSource({ ...options, speed: "max", from }));
    expect(batches.flatMap(textsOf)).toEqual(whole.slice(from));
    expect(batches.flatMap(({ offsets }) => Array.from(offsets))).toEqual(whole.slice(from).map((_, i) => from + i));
  }
  const clock = fakeClock(1_000);
  const paced = await batchesOf(simulatorSource({ ...options, speed: 2, from: 350, now: clock.now, sleep: clock.sleep }));
  expect(paced.flatMap(textsOf)).toEqual(whole.slice(350));
  // 50 steps of the minute were passed over; of the other 10 each but the first is waited for half a second
  expect(clock.ms).toBe(6_000);
});

/** One message a step, of a sensor that a user's own simulation names. */
function streamOf(changed: object = {}) {
  let step = 0;
  const stream = {
    get elapsedMs() {
      return step * 1000;
    },
    next(keys: string[], texts: string[]) {
      keys.push(["küche-1", "bad-2", "温度"][step % 3]!);
      texts.push(JSON.stringify({ t: step, note: "größer ≥ 3 🔥" }));
      return ++step < 6;
    },
  };
  return { description: "own", stream: Object.defineProperties(stream, Object.getOwnPropertyDescriptors(changed)) };
}

test("names and texts of a simulation may have any letters", async () => {
  const [batch, ...others] = await batchesOf(simulatorSource({ messages: streamOf(), speed: "max" }));
  expect(others).toEqual([]);
  expect(Array.from({ length: 6 }, (_, i) => keyOf(batch!, i))).toEqual(["küche-1", "bad-2", "温度", "küche-1", "bad-2", "温度"]);
  expect(textsOf(batch!)).toEqual(Array.from({ length: 6 }, (_, t) => JSON.stringify({ t, note: "größer ≥ 3 🔥" })));
});

test.each<[string, object, RegExp]>([
  ["gives objects", { next: (keys: unknown[], texts: unknown[]) => (keys.push("a"), texts.push({ t: 1 }), false) }, /it gave what is no text/],
  ["gives no keys", { next: (_keys: unknown[], texts: unknown[]) => (texts.push("{}"), false) }, /it gave 0 keys for 1 texts/],
  ["does not say how far it is", { elapsedMs: undefined }, /its elapsedMs is undefined/],
])("a simulation that %s is refused with what it must give", async (_what, changed, sentence) => {
  const clock = fakeClock(0);
  await expect(batchesOf(simulatorSource({ messages: streamOf(changed), speed: 1, now: clock.now, sleep: clock.sleep }))).rejects.toMatchObject({ code: "MGV_USAGE", message: expect.stringMatching(sentence) as string });
});
