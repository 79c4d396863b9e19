import { expect, test } from "vitest";
import { readNumber } from "../../../commands/predict/number-cell.ts";
import { random } from "../../fixtures/random.ts";

/** Null for what is no number. */
function read(text: string): number | null {
  const bytes = Buffer.from(`,${text},`);
  const out = new Float64Array(2).fill(7);
  const isNumber = readNumber(bytes, 1, bytes.length - 1, out, 1);
  expect(out[0]).toBe(7);
  if (!isNumber) expect(out[1]).toBe(7);
  return isNumber ? out[1]! : null;
}

test("decimals are the f64 that the language itself reads", () => {
  const next = random(3);
  for (let i = 0; i < 20_000; i++) {
    const size = 10 ** Math.floor(next() * 30 - 15);
    const text = [String(next() * size), (next() * 1000).toFixed(Math.floor(next() * 12)), (-next() * size).toPrecision(1 + Math.floor(next() * 17)), String(Math.floor(next() * 2 ** 53))][i % 4]!;
    expect(read(text), text).toBe(Number(text));
  }
});

test.each(["0", "-0", "-0.0", "1.", ".5", "-.5", "+5", "1e5", "1E-5", "1e400", "5e-324", "000.10", "999999999999999", "0.000000000000001", "123456789012345678901234567890"])("%s is a number", (text) => {
  expect(read(text)).toBe(Number(text));
});

test.each(["", " ", "NaN", "nan", "NA", "null", "NULL", " NA "])("%j is missing", (text) => {
  expect(read(text)).toBeNaN();
});

test("infinities and truths are spelled as Python and others do", () => {
  expect(["inf", "-inf", "Infinity", "-Infinity", "True", "false", " 7 "].map(read)).toEqual([Infinity, -Infinity, Infinity, -Infinity, 1, 0, 7]);
});

test.each([".", "-", "+", "--1", "1-", "1.2.3", "1,5", "0x10", "1_000", "1e", "e5", "12a", "é", "N/A", "1 2"])("%j is none", (text) => {
  expect(read(text)).toBeNull();
});

test("a cell of many digits that is none is known in a moment", { timeout: 10_000 }, () => {
  expect(read(`${"1".repeat(300_000)}x`)).toBeNull();
  expect(read(`1.${"1".repeat(300_000)}x`)).toBeNull();
});
