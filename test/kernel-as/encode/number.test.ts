import process from "node:process";
import { expect, test } from "vitest";
import { RecordEncoder } from "../../../kernel-as/host/encoder.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { column, text } from "../../../kernel-as/host/template.ts";
import { random } from "../../fixtures/random.ts";

const kernel = await loadKernel();
const seed = Number(process.env["SEED"] ?? 20_260_101);
const count = Number(process.env["NUMBERS"] ?? 300_000);

/** The first value that is not written as JSON.stringify writes it. */
function firstOdd(values: Float64Array): string | null {
  using encoder = new RecordEncoder(kernel, column.f64("x"), { after: "," });
  const { bytes } = encoder.encode({ x: values }, values.length);
  const found = new TextDecoder().decode(bytes);
  const wanted = JSON.stringify(Array.from(values));
  if (`[${found.slice(0, -1)}]` === wanted) return null;
  const expected = wanted.slice(1, -1).split(",");
  const odd = found.split(",").findIndex((text, i) => text !== expected[i]);
  return `${expected[odd]} is written as ${found.split(",")[odd]} (seed ${seed})`;
}

const next = random(seed);
const made = (make: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => make(i));
const view = new DataView(new ArrayBuffer(8));

function fromBits(high: number, low: number): number {
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

const anyBits = () => fromBits(next() * 2 ** 32, next() * 2 ** 32);

test.each([
  ["random bits", () => firstOdd(made(anyBits))],
  ["subnormal numbers", () => firstOdd(made((i) => fromBits(next() * 2 ** 20, i < 100 ? i : next() * 2 ** 32)))],
  ["f32 values", () => firstOdd(Float64Array.from(Float32Array.from(made(() => next() * 10 ** (next() * 12 - 6)))))],
  ["probabilities of f32, and one less them", () => firstOdd(made((i) => (i % 2 ? Math.fround(next()) : 1 - Math.fround(next()))))],
  ["short decimals", () => firstOdd(made((i) => Number((next() * 10 ** (i % 13)).toFixed(i % 8)) * (i % 3 ? 1 : -1)))],
  ["whole numbers", () => firstOdd(made((i) => Math.round((next() - 0.5) * 2 ** (i % 70))))],
  ["powers of two and ten, and their neighbours", () => {
    const values: number[] = [];
    for (let power = -1074; power <= 1023; power++) values.push(2 ** power);
    for (let power = -323; power <= 308; power++) values.push(Number(`1e${power}`), Number(`5e${power}`), Number(`9.999e${power}`));
    const bits = new BigInt64Array(1);
    const neighbours = values.flatMap((value) =>
      [-2n, -1n, 0n, 1n, 2n].map((step) => {
        new Float64Array(bits.buffer)[0] = value;
        bits[0]! += step;
        return new Float64Array(bits.buffer)[0]!;
      }),
    );
    return firstOdd(Float64Array.from([...neighbours, ...neighbours.map((value) => -value)]));
  }],
  ["the ends of every form", () => firstOdd(Float64Array.of(0, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1e21, 1e-6, 1e-7, 999999999999999900000, 123e-20, 1.5e-7, 9007199254740991, 9007199254740992, 1e20, 0.1 + 0.2, 2 ** 63, 2 ** 64, 4.35, 1e15 + 0.5, 1e9 - 0.000001, 0.000001, 0.0000015))],
])("%s are written as JavaScript writes them", (_, check) => expect(check()).toBeNull());

test("tenths are those of toFixed", () => {
  const values = Float32Array.from({ length: count }, (_, i) => (i % 5 === 0 ? (i - count / 2) / 20 : (next() - 0.5) * 2 ** (i % 60)));
  for (const factor of [1, 100]) {
    using encoder = new RecordEncoder(kernel, { a: text(column.tenths("x", factor)) }, { after: "\n" });
    const found = new TextDecoder().decode(encoder.encode({ x: values }, count).bytes).split("\n");
    const wanted = Array.from(values, (value) => `{"a":"${(value * factor).toFixed(1)}"}`);
    const odd = wanted.findIndex((each, i) => each !== found[i] && Math.abs(values[i]! * factor) < 2 ** 52);
    expect(found[odd]).toBe(wanted[odd]);
  }
});
