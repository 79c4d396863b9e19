import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Blocks } from "../../../kernel-as/host/blocks.ts";
import { RecordEncoder, type EncodedRecords, type Names } from "../../../kernel-as/host/encoder.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { column, text, type Template } from "../../../kernel-as/host/template.ts";
import { namesOf } from "../../fixtures/names.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();

function textsOf({ bytes, bounds }: EncodedRecords): string[] {
  return Array.from({ length: bounds.length - 1 }, (_, i) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(bounds[i], bounds[i + 1])));
}

test("any text is escaped as JSON.stringify does, wherever it stands among others", () => {
  const unit = fc.oneof(fc.constantFrom('"', "\\", "\u0000", "\u001f", "\n", "\t", "\b", "\f", "\r", "\u007f", "\u2028", "é", "🔥", "\ud7ff"), fc.string({ unit: "binary", maxLength: 1 }), fc.constant("plain text"));
  fc.assert(
    fc.property(fc.array(fc.array(unit, { maxLength: 30 }).map((parts) => parts.join("").toWellFormed()), { minLength: 1, maxLength: 20 }), (texts) => {
      using blocks = new Blocks(kernel);
      using encoder = new RecordEncoder(kernel, column.sensor("s"));
      const sensors = Uint32Array.from(texts, (_, i) => i);
      expect(textsOf(encoder.encode({ s: sensors }, texts.length, namesOf(blocks, texts)))).toEqual(texts.map((each) => JSON.stringify(each)));
    }),
    { numRuns: 300 },
  );
});

test("times are those of Date.toISOString, of all years; what no Date holds is null", () => {
  using encoder = new RecordEncoder(kernel, column.time("t"));
  const next = random(3);
  const times = Float64Array.from({ length: 200_000 }, (_, i) => [
    (next() - 0.2) * 1e14, // years -600…4500
    (next() - 0.5) * 1.728e16,
    Math.round((next() - 0.5) * 1e6) * 86_400_000 - (i % 2),
    Date.UTC(Math.floor(next() * 12_000) - 1000, 1 + (i % 2), 29) + next() * 3 - 1,
    1_767_225_600_000 + i * 7,
  ][i % 5]!);
  times.set([NaN, Infinity, -Infinity, 8.64e15, -8.64e15, 8.64e15 + 1, -0.5, -0, 0, -1, Date.UTC(10_000, 0), Date.UTC(9999, 11, 31, 23, 59, 59, 999), -62_167_219_200_000, -62_167_219_200_001]);
  const found = textsOf(encoder.encode({ t: times }, times.length));
  const wanted = Array.from(times, (ms) => (Math.abs(ms) <= 8.64e15 ? JSON.stringify(new Date(ms)) : "null"));
  const odd = wanted.findIndex((each, i) => each !== found[i]);
  expect(found[odd]).toBe(wanted[odd]);
});

const rows = 60;
const sensorTexts = ["kitchen", 'a "quoted" one', "Küche 🔥", "", "x".repeat(300), "\u0001\n"];
const choices = ["NONE", 'odd "one"', 7, null, true] as const;

/** A column of each kind, and how JavaScript sees entry `row`. */
function columnsFrom(seed: number) {
  const next = random(seed);
  const odd = [NaN, Infinity, -0, 0, 1e21, 1e-7, 12.5];
  const f64 = Float64Array.from({ length: rows }, () => (next() < 0.2 ? odd[Math.floor(next() * odd.length)]! : (next() - 0.5) * 10 ** Math.round(next() * 20 - 8)));
  const f32 = Float32Array.from({ length: rows }, () => (next() < 0.1 ? NaN : next()));
  const u32 = Uint32Array.from({ length: rows }, () => next() * 2 ** (next() * 33));
  const boolean = Uint8Array.from({ length: rows }, () => (next() < 0.5 ? 0 : 1 + next() * 255));
  const sensor = Uint32Array.from({ length: rows }, () => next() * sensorTexts.length);
  const time = Float64Array.from({ length: rows }, () => (next() < 0.1 ? NaN : Math.floor(next() * 4e12)));
  const choice = Uint8Array.from({ length: rows }, () => next() * 6);
  return { f64, f32, u32, boolean, sensor, time, choice };
}

type Given = ReturnType<typeof columnsFrom>;
interface Part {
  readonly template: Template;
  readonly value: (given: Given, row: number) => unknown;
}

const finite = (x: number) => (Number.isFinite(x) ? x : null);
const iso = (ms: number) => (Number.isNaN(ms) ? null : new Date(ms).toISOString());
const choiceAt = (given: Given, row: number) => choices[given.choice[row]!] ?? null;
const leaves: Part[] = [
  { template: column.f64("f64"), value: ({ f64 }, row) => finite(f64[row]!) },
  { template: column.f32("f32"), value: ({ f32 }, row) => finite(f32[row]!) },
  { template: column.f32("f32", { factor: -1, summand: 1 }), value: ({ f32 }, row) => finite(1 - f32[row]!) },
  { template: column.f64("f64", { factor: 1.1 }), value: ({ f64 }, row) => finite(f64[row]! * 1.1) },
  { template: column.u32("u32"), value: ({ u32 }, row) => u32[row]! },
  { template: column.boolean("boolean"), value: ({ boolean }, row) => boolean[row] !== 0 },
  { template: column.sensor("sensor"), value: ({ sensor }, row) => sensorTexts[sensor[row]!]! },
  { template: column.time("time"), value: ({ time }, row) => iso(time[row]!) },
  { template: column.choice("choice", choices), value: choiceAt },
  {
    template: text('a "', column.sensor("sensor"), "é\n", column.tenths("f32", 100), column.u32("u32"), column.time("time"), column.choice("choice", choices), column.boolean("boolean")),
    value: (given, row) => `a "${sensorTexts[given.sensor[row]!]}é\n${Number.isNaN(given.f32[row]) ? "null" : (given.f32[row]! * 100).toFixed(1)}${given.u32[row]}${iso(given.time[row]!)}${choiceAt(given, row)}${given.boolean[row] !== 0}`,
  },
  ...["", "ü\"\\", 0, 1.5, true, null, [1, { a: [] }], {}, undefined].map((value) => ({ template: value as Template, value: () => value })),
];
const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...leaves),
    fc.array(tie("part"), { maxLength: 4 }).map((parts) => ({ template: parts.map(({ template }) => template), value: (given: Given, row: number) => parts.map(({ value }) => value(given, row)) })),
    fc.dictionary(fc.string({ maxLength: 8 }).filter((key) => key !== "__proto__"), tie("part"), { maxKeys: 6, noNullPrototype: true }).map((parts) => ({
      template: Object.fromEntries(Object.entries(parts).map(([key, { template }]) => [key, template])),
      value: (given: Given, row: number) => Object.fromEntries(Object.entries(parts).map(([key, { value }]) => [key, value(given, row)])),
    })),
  ),
}));

test("any template gives the bytes of JSON.stringify, for all rows or some of them", () => {
  using blocks = new Blocks(kernel);
  const names = namesOf(blocks, sensorTexts);
  fc.assert(
    fc.property(part.filter(({ template }) => template !== undefined), fc.integer({ min: 1, max: 1e6 }), fc.option(fc.array(fc.nat({ max: rows - 1 }), { maxLength: 80 })), (each, seed, picked) => {
      const given = columnsFrom(seed);
      using encoder = new RecordEncoder(kernel, each.template, { after: "\n" });
      const found = textsOf(encoder.encode({ ...given }, picked ? Uint32Array.from(picked) : rows, names));
      const wanted = (picked ?? Array.from({ length: rows }, (_, i) => i)).map((row) => `${JSON.stringify(each.value(given, row))}\n`);
      expect(found).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

test("columns that lie in the kernel's memory are read there, also when it must grow", () => {
  using blocks = new Blocks(kernel);
  const count = 40_000;
  const at = blocks.allocate(count * 8);
  kernel.f64(at, count).forEach((_, i, x) => (x[i] = i / 3));
  using encoder = new RecordEncoder(kernel, { long: "x".repeat(1000), x: column.f64("x"), y: column.f64("y") });
  const found = textsOf(encoder.encode({ x: kernel.f64(at, count), y: Float64Array.from({ length: count }, (_, i) => -i) }, count));
  expect([found[0], found.at(-1)]).toEqual([0, count - 1].map((i) => JSON.stringify({ long: "x".repeat(1000), x: i / 3, y: -i })));
});

test("what does not fit is refused with a sentence", () => {
  using encoder = new RecordEncoder(kernel, { x: column.f64("x"), s: column.sensor("s") });
  const names: Names = { pointer: 0, count: 0 };
  const s = new Uint32Array(3);
  const of = (call: () => unknown) => expect(call).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
  of(() => encoder.encode({ s }, 3, names));
  of(() => encoder.encode({ x: new Float32Array(3), s }, 3, names));
  of(() => encoder.encode({ x: new Float64Array(2), s }, 3, names));
  of(() => encoder.encode({ x: new Float64Array(3), s }, Uint32Array.of(3), names));
  of(() => encoder.encode({ x: new Float64Array(3), s }, 3));
  of(() => new RecordEncoder(kernel, [column.f64("x"), column.f32("x")]));
  of(() => new RecordEncoder(kernel, column.tenths("x")));
  expect(textsOf(encoder.encode({ x: new Float64Array(1), s: Uint32Array.of(9) }, 1, names))).toEqual(['{"x":0,"s":""}']);
  expect(textsOf(encoder.encode({ x: new Float64Array(0), s: new Uint32Array(0) }, 0, names))).toEqual([]);
});
