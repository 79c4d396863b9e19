import { expect, test } from "vitest";
import { noFaults, parseFaults, usualFaults, type Faults } from "../../../engine/simulator/faults.ts";
import { Messages } from "../../../engine/simulator/messages.ts";
import { readingFields } from "../../../engine/simulator/reading.ts";

interface Message {
  readonly sensor_id: string;
  readonly UTC: number;
  readonly CNT: number;
  readonly [name: string]: unknown;
}

const SENSORS = 40;

function told(faults: Partial<Faults>, durationMs = 900_000): string[] {
  const messages = new Messages({ sensors: SENSORS, durationMs, faults, firesPerSensorDay: 48 });
  const texts: string[] = [];
  while (messages.next([], texts));
  return texts;
}

const parse = (text: string) => JSON.parse(text) as Message;
const nameOf = ({ sensor_id, CNT }: Message) => `${sensor_id} ${CNT}`;
const clean = told({});
const cleanByName = new Map(clean.map((text) => [nameOf(parse(text)), text]));
const bySensor = (texts: readonly string[]) => Map.groupBy(texts.map(parse), (message) => message.sensor_id);

test("without faults every sensor tells every second, in order", () => {
  expect(clean.length).toBe(SENSORS * 900);
  for (const own of bySensor(clean).values()) own.forEach((message, i) => expect([message.CNT, message.UTC]).toEqual([i, own[0]!.UTC + i]));
});

test("missing: that share of the measured values is null, and nothing else changes", () => {
  const texts = told({ missing: 0.05 });
  const nulls = new Map<string, number>();
  texts.forEach((text, i) => {
    const message = parse(text);
    const whole = parse(clean[i]!);
    for (const [name, value] of Object.entries(message)) {
      if (value === null) nulls.set(name, (nulls.get(name) ?? 0) + 1);
    }
    const filled = Object.entries(message).map(([name, value]) => [name, value ?? whole[name]]);
    expect(filled).toEqual(Object.entries(whole));
  });
  expect(texts.length).toBe(clean.length);
  expect([...nulls.keys()].sort()).toEqual(readingFields.slice(0, 12).sort());
  for (const [name, count] of nulls) expect(count / texts.length, name).toBeCloseTo(0.05, 2);
});

test("repeat: that share of the messages comes twice, byte for byte", () => {
  const texts = told({ repeat: 0.01 });
  expect(texts.filter((text, i) => text !== texts[i - 1])).toEqual(clean);
  expect((texts.length - clean.length) / clean.length).toBeCloseTo(0.01, 2);
  expect(texts.length).toBeGreaterThan(clean.length);
});

//  sensor:  0  1  2  3  4  5  …          told:  0  1  3  4  2  5  …     2 is told after 4, by 10 s late at most
test("disorder: that share of the messages comes up to ten seconds late, none is lost or changed", () => {
  const texts = told({ disorder: 0.02 });
  expect([...texts].sort()).toEqual([...clean].sort());
  let late = 0;
  let latest = 0;
  for (const own of bySensor(texts).values()) {
    let newest = -1;
    for (const { CNT } of own) {
      if (CNT < newest) {
        late++;
        latest = Math.max(latest, newest - CNT);
      }
      newest = Math.max(newest, CNT);
    }
  }
  expect(late / texts.length).toBeGreaterThan(0.015);
  expect(late / texts.length).toBeLessThan(0.025);
  expect(latest).toBe(10);
});

test("skew: that share of the sensors has a clock that is off by a constant", () => {
  const texts = told({ skew: 0.25 });
  const offsets = new Map<string, Set<number>>();
  texts.forEach((text, i) => {
    const message = parse(text);
    const right = parse(clean[i]!);
    expect({ ...message, UTC: right.UTC }).toEqual(right);
    offsets.set(message.sensor_id, (offsets.get(message.sensor_id) ?? new Set()).add(message.UTC - right.UTC));
  });
  const constant = Array.from(offsets.values(), (each) => Array.from(each));
  expect(constant.every((each) => each.length === 1)).toBe(true);
  const skewed = constant.flat().filter((offset) => offset !== 0);
  expect(skewed.length).toBeGreaterThan(3);
  expect(skewed.length).toBeLessThan(18);
  for (const offset of skewed) {
    expect(Math.abs(offset)).toBeGreaterThanOrEqual(5);
    expect(Math.abs(offset)).toBeLessThanOrEqual(300);
  }
  expect(skewed.some((offset) => offset > 0) && skewed.some((offset) => offset < 0)).toBe(true);
});

test("silence: a sensor says nothing for one to five minutes, and goes on as if it had spoken", () => {
  const texts = told({ silence: 0.001 });
  for (const text of texts) expect(cleanByName.get(nameOf(parse(text)))).toBe(text);
  const gaps = [...bySensor(texts).values()].flatMap((own) => own.slice(1).map((message, i) => message.CNT - own[i]!.CNT - 1)).filter((gap) => gap > 0);
  const speaking = texts.length;
  expect(gaps.length / speaking).toBeGreaterThan(0.0005);
  expect(gaps.length / speaking).toBeLessThan(0.0015);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(300);
});

test("all at once is still the same run every time", () => {
  expect(told(usualFaults, 120_000)).toEqual(told(usualFaults, 120_000));
});

test.each([
  ["", noFaults],
  ["all", usualFaults],
  ["missing=0.05,repeat=0.01", { ...noFaults, missing: 0.05, repeat: 0.01 }],
  [" skew , silence = 0.5 ", { ...noFaults, skew: usualFaults.skew, silence: 0.5 }],
  ["all,skew=0", { ...usualFaults, skew: 0 }],
])("%j reads as %o", (text, faults) => {
  expect(parseFaults(text)).toEqual(faults);
});

test.each([
  ["mising=0.1", "Did you mean missing?"],
  ["disordr", "Did you mean disorder?"],
  ["repeats=1", "Did you mean repeat?"],
  ["slience", "Did you mean silence?"],
  ["all=1", "or all."],
  ["skew=2", "from 0 to 1"],
  ["skew=-0.1", "from 0 to 1"],
  ["skew=", "from 0 to 1"],
  ["skew=often", "from 0 to 1"],
])("%j is refused, with %s in the message", (text, part) => {
  expect(() => parseFaults(text)).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(part) }));
});

test("options with a rate that is none are refused as well", () => {
  expect(() => new Messages({ faults: { repeat: 1.5 } })).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});
