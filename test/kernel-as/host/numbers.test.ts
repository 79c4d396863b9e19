import { afterAll, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { givePowers } from "../../../kernel-as/host/powers.ts";
import { random } from "../../fixtures/random.ts";

/* `Number` of the text is the oracle: it is exact by specification, on every runtime. */

const kernel = await loadKernel();
givePowers(kernel);
const at = kernel.allocate(4096);
afterAll(() => kernel.release(at));

/** What the kernel reads of a text that `after` follows: undefined where it does not take it whole. */
function read(text: string, after = "}"): number | undefined {
  const room = kernel.u8(at, 4096);
  let length = 0;
  for (const each of text + after) room[16 + length++] = each.charCodeAt(0);
  const end = kernel.calls.decodeNumber(at + 16, at);
  return end === at + 16 + text.length ? kernel.f64(at, 1)[0]! : undefined;
}

/** The first text that is read as another number than `Number` reads. */
function firstWrong(texts: Iterable<string>): string | null {
  for (const text of texts) {
    const found = read(text);
    if (!Object.is(found, Number(text))) return `${text} is read as ${found}, not ${Number(text)}`;
  }
  return null;
}

const seed = Date.now() % 1_000_000_000;
const next = random(seed);
const bits = new DataView(new ArrayBuffer(8));
const below = (limit: number) => Math.floor(next() * limit);

/** A double of any bits. */
function anyDouble(): number {
  bits.setUint32(0, below(2 ** 32));
  bits.setUint32(4, below(2 ** 32));
  const x = bits.getFloat64(0);
  return Number.isFinite(x) ? x : 0;
}

function* everyDouble(): Generator<string> {
  for (let i = 0; i < 300_000; i++) {
    const x = anyDouble();
    const digits = x.toExponential(16);
    yield* [x.toExponential(), digits, digits.replace("e", "E"), digits.replace(/e\+?/, "e+").replace("e+-", "e-0")];
  }
}

test("every double, as JavaScript and as Python print it, is read back", () => {
  console.log(`numbers from seed ${seed}`);
  expect(firstWrong(everyDouble())).toBeNull();
});

function* usualNumbers(): Generator<string> {
  for (let i = 0; i < 400_000; i++) {
    const x = (next() - 0.5) * 10 ** below(9);
    for (const text of [String(x), x.toFixed(below(12)), String(Math.round(x))]) if (!text.includes("e")) yield text;
  }
}

test("numbers of the size that sensors send, of up to 17 digits, with and without a point", () => {
  expect(firstWrong(usualNumbers())).toBeNull();
});

function* anyDigits(): Generator<string> {
  for (let i = 0; i < 400_000; i++) {
    const digits = String(BigInt(below(2 ** 32)) * 4_294_967_296n + BigInt(below(2 ** 32))).slice(0, 1 + below(19));
    yield `${next() < 0.5 ? "-" : ""}${digits}e${below(720) - 360}`;
    const point = below(digits.length);
    yield `${digits.slice(0, point) || "0"}.${digits.slice(point)}`;
  }
}

test("any 19 digits with any exponent", () => {
  expect(firstWrong(anyDigits())).toBeNull();
});

/** The 19 and fewer digits next to the middle between a double and its neighbour. */
function* halfways(): Generator<string> {
  for (let i = 0; i < 100_000; i++) {
    const x = Math.abs(anyDouble());
    bits.setFloat64(0, x);
    bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
    const exponent = Math.floor(Math.log10(x));
    if (!Number.isFinite(exponent) || !Number.isFinite(bits.getFloat64(0))) continue;
    const [mantissa, scale] = middle(x, bits.getFloat64(0));
    for (const digits of [mantissa - 1n, mantissa, mantissa + 1n]) yield `${digits}e${scale}`;
  }
  // exactly in the middle: 2^53 + 1 and its like, times powers of ten
  for (let shift = 0n; shift < 10n; shift++) {
    for (const odd of [1n, 3n, 5n]) for (const off of [-1n, 0n, 1n]) yield String((((1n << 53n) + odd) << shift) + off * (1n << (shift > 0n ? shift - 1n : 0n)));
  }
  for (let i = 0; i < 23; i++) for (const off of [0n, 1n]) yield `${9_007_199_254_740_993n + off}e${i - 11}`;
}

/** (a + b) / 2 as 19 digits and a power of ten. */
function middle(a: number, b: number): [bigint, number] {
  const parts = [a, b].map((x) => {
    bits.setFloat64(0, x);
    const raw = bits.getBigUint64(0);
    const exponent = Number((raw >> 52n) & 2047n);
    return { mantissa: (raw & ((1n << 52n) - 1n)) | (exponent > 0 ? 1n << 52n : 0n), exponent: Math.max(exponent, 1) - 1075 };
  }) as [{ mantissa: bigint; exponent: number }, { mantissa: bigint; exponent: number }];
  const least = Math.min(parts[0].exponent, parts[1].exponent) - 1;
  let numerator = parts.reduce((sum, { mantissa, exponent }) => sum + (mantissa << BigInt(exponent - least - 1)), 0n);
  let scale = 0;
  if (least >= 0) numerator <<= BigInt(least);
  let denominator = least < 0 ? 1n << BigInt(-least) : 1n;
  const length = numerator.toString().length - denominator.toString().length;
  scale = length - 19;
  if (scale < 0) numerator *= 10n ** BigInt(-scale);
  else denominator *= 10n ** BigInt(scale);
  let quotient = numerator / denominator;
  while (quotient >= 10n ** 19n - 1n) {
    quotient /= 10n;
    scale++;
  }
  return [quotient, scale];
}

test("texts beside the middle of two doubles are rounded to the right one", () => {
  expect(firstWrong(halfways())).toBeNull();
});

test("the ends of the range", () => {
  const texts = ["0", "-0", "0.0", "-0.0", "0e999", "-0e-999", "5e-324", "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2e-324", "3e-324", "1e-400", "2.2250738585072014e-308", "2.2250738585072011e-308", "2.225073858507201e-308", "4.4501477170144023e-308", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "1e308", "1e309", "-1e309", "9007199254740993", "9007199254740992", "9007199254740991.5", "1e22", "1e23", "8.41e21", "9.5e-22", "1e0000000000000000001", "0.00000000000000000000000000001234567890123456789", "12345678", "1234567.8", "123456.78", "12345678.5", "0.12345678", "0.1234567", "1.0000000", "100000000000000000"];
  for (let exponent = -400; exponent <= 400; exponent++) for (const digits of ["1", "9", "9007199254740993", "18446744073709551", "9999999999999999999"]) texts.push(`${digits}e${exponent}`);
  expect(firstWrong(texts)).toBeNull();
});

test("what is no number of JSON is not read as one, whatever stands behind it", () => {
  for (const text of ["", "-", "+1", ".5", "-.5", "00", "01", "-01", "00.5", "1.", "1.e5", "1e", "1e+", "1e-", "e5", "NaN", "Infinity", "0x10", "--1", " 1"]) {
    for (const after of ["}", ",", " ", "]", "\"", "x"]) expect([text, read(text, after)]).toEqual([text, undefined]);
  }
});

test("more than 19 digits are left to the oracle", () => {
  expect(read("12345678901234567890")).toBeUndefined();
  expect(read("1.2345678901234567890")).toBeUndefined();
  expect(read("0.00001234567890123456789")).toBe(Number("0.00001234567890123456789"));
});
