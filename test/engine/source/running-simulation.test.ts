import { expect, test } from "vitest";
import type { LitFire } from "../../../engine/simulator/lit-fire.ts";
import { simulatorSource, type SimulatorSourceOptions } from "../../../engine/source/simulator.ts";

/** Time passes only where somebody sleeps; what is due by then happens first. */
function fakeClock() {
  const clock = {
    ms: 1_000_000,
    due: [] as { readonly atMs: number; readonly act: () => void }[],
    now: () => clock.ms,
    async sleep(ms: number, signal: AbortSignal) {
      const untilMs = clock.ms + ms;
      clock.due.sort((a, b) => a.atMs - b.atMs);
      while (clock.due[0] && clock.due[0].atMs <= untilMs) {
        const { atMs, act } = clock.due.shift()!;
        clock.ms = Math.max(clock.ms, atMs);
        act();
        if (signal.aborted) return;
      }
      clock.ms = untilMs;
    },
  };
  return clock;
}

const messages = async (options: SimulatorSourceOptions, act: (source: ReturnType<typeof simulatorSource>, batch: number) => unknown = () => {}) => {
  const source = simulatorSource(options);
  const texts: string[] = [];
  const appendedMs: number[] = [];
  let batch = 0;
  for await (const { records } of source.read(new AbortController().signal)) {
    const { count, values, bounds, appendTimesMs } = records;
    for (let i = 0; i < count; i++) texts.push(new TextDecoder().decode(values.subarray(bounds[i], bounds[i + 1])));
    appendedMs.push(appendTimesMs[0]!);
    await act(source, batch++);
  }
  return { source, texts, appendedMs };
};

const labelOf = (text: string) => JSON.parse(text) as { sensor_id: string; "Fire Alarm": string; UTC: number };

const quiet = { sensors: 3, durationMs: 200_000, firesPerSensorDay: 0, seed: 5 } as const;

test("a lit fire carries the label from its first reading on, is seen in its room alone, and comes again byte for byte where it is known from the beginning", async () => {
  const kept: (readonly LitFire[])[] = [];
  const lit: { fire: LitFire | null } = { fire: null };
  const clock = fakeClock();
  const options = { ...quiet, speed: 1, now: clock.now, sleep: clock.sleep };
  const light = async (source: ReturnType<typeof simulatorSource>, batch: number) => {
    if (batch !== 50) return;
    lit.fire = await source.light("sensor-02");
    expect(source.fires).toMatchObject([{ sensor: "sensor-02", step: 51, isBurning: true }]);
    await expect(source.light("sensor-02")).rejects.toMatchObject({ code: "MGV_NOT_READY", message: expect.stringContaining("already") });
    await expect(source.light("sensor-99")).rejects.toMatchObject({ code: "MGV_NOT_FOUND" });
  };
  const burnt = await messages({ ...options, keepFires: (fires) => (kept.push(fires), Promise.resolve()) }, light);
  expect(kept).toEqual([[{ sensor: "sensor-02", step: 51 }]]);
  const calm = await messages({ ...options, speed: "max" });
  const again = await messages({ ...options, speed: "max", fires: kept[0]! });
  expect(again.texts).toEqual(burnt.texts);
  burnt.texts.forEach((text, i) => {
    const { sensor_id: sensor, "Fire Alarm": label } = labelOf(text);
    const isLit = sensor === "sensor-02" && Math.floor(i / 3) >= 51;
    if (Math.floor(i / 3) === 51) expect(label).toBe(isLit ? "1" : "0");
    if (!isLit) expect(text).toBe(calm.texts[i]);
  });
  expect(burnt.texts.filter((text) => labelOf(text)["Fire Alarm"] === "1").length).toBeGreaterThan(20);
});

test("no reading is made while a fire is being kept, and one that cannot be kept does not burn", async () => {
  const clock = fakeClock();
  const gate = Promise.withResolvers<void>();
  let made = 0;
  const source = simulatorSource({ ...quiet, speed: 1, now: clock.now, sleep: clock.sleep, keepFires: () => gate.promise });
  const reading = source.read(new AbortController().signal)[Symbol.asyncIterator]();
  await reading.next();
  const lighting = source.light("sensor-01");
  const next = reading.next().then(() => made++);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(made).toBe(0);
  gate.reject(new Error("the disk is full"));
  await expect(lighting).rejects.toThrow("the disk is full");
  await next;
  expect([made, source.fires]).toEqual([1, []]);
  await reading.return?.();
});

test("fires that are lit at once are all kept", async () => {
  const kept: (readonly LitFire[])[] = [];
  const clock = fakeClock();
  const light = (source: ReturnType<typeof simulatorSource>, batch: number) => (batch === 3 ? Promise.all(["sensor-01", "sensor-02", "sensor-03"].map((sensor) => source.light(sensor))) : null);
  const { source } = await messages({ ...quiet, speed: 1, now: clock.now, sleep: clock.sleep, keepFires: async (fires) => void kept.push(fires) }, light);
  expect(kept.map((fires) => fires.length)).toEqual([1, 2, 3]);
  expect(source.fires.map(({ sensor }) => sensor)).toEqual(["sensor-01", "sensor-02", "sensor-03"]);
});

test("before it has begun, while it makes again what was read before, and after its end nothing can be lit", async () => {
  const clock = fakeClock();
  const source = simulatorSource({ ...quiet, speed: 1, now: clock.now, sleep: clock.sleep });
  await expect(source.light("sensor-01")).rejects.toMatchObject({ code: "MGV_NOT_READY" });
  for await (const _ of source.read(new AbortController().signal));
  await expect(source.light("sensor-01")).rejects.toMatchObject({ code: "MGV_NOT_READY" });
});

//  clock    0 … 10 s at 1×, 10 s … 14 s at 5×, 14 s … 24 s pause, then 0.5×
test("speed may be changed, and time made to stand still; readings are the same ones", async () => {
  const clock = fakeClock();
  const beganMs = clock.ms;
  const options = { ...quiet, durationMs: 40_000, speed: 1, now: clock.now, sleep: clock.sleep };
  const at: number[] = [];
  const { texts } = await messages(options, (source, batch) => {
    at.push((clock.ms - beganMs) / 1000);
    if (batch !== 0) return;
    for (const [second, speed] of [[10, 5], [14, 0], [24, 0.5]] as const) clock.due.push({ atMs: beganMs + second * 1000, act: () => source.setSpeed(speed) });
  });
  const steady = await messages({ ...options, speed: "max" });
  expect(texts).toEqual(steady.texts);
  expect(at[10]).toBeCloseTo(10, 6);
  expect(at[20]).toBeCloseTo(12, 6);
  expect(at[30]).toBeCloseTo(14, 6);
  expect(at[31]).toBeCloseTo(26, 6);
  expect(at[39]).toBeCloseTo(42, 6);
});

test("what runs faster than the clock dates its records by its own time, and silence tells nothing while it stands still", async () => {
  const clock = fakeClock();
  const startMs = clock.ms;
  const options = { ...quiet, durationMs: 60_000, startMs, speed: 1, now: clock.now, sleep: clock.sleep };
  const { appendedMs } = await messages(options, (source, batch) => {
    if (batch === 0) source.setSpeed(10);
    if (batch === 40) {
      expect(source.caughtUpMs?.()).toBe(source.timeMs);
      source.setSpeed(0);
      expect(source.caughtUpMs?.()).toBeNull();
      source.setSpeed(10);
    }
  });
  appendedMs.forEach((atMs, i) => expect(atMs).toBeGreaterThanOrEqual(startMs + i * 1000));
  expect(clock.ms).toBeLessThan(startMs + 10_000);
});

test.each([-1, 0.001, 1001, NaN, Infinity])("%d is no speed", (speed) => {
  const source = simulatorSource({ ...quiet, speed: 1 });
  expect(() => source.setSpeed(speed)).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});

test("a simulation that does not wait has no speed to change", () => {
  const source = simulatorSource({ ...quiet, speed: "max" });
  expect(source.speed).toBeNull();
  expect(() => source.setSpeed(2)).toThrow(expect.objectContaining({ code: "MGV_NOT_READY" }));
});
