import { expect, test } from "vitest";
import { csvCell, pointed, separatorOf, splitCsv, withCommas } from "../../../engine/decode/csv.ts";
import { random } from "../../fixtures/random.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (line: Uint8Array) => new TextDecoder().decode(line);
const separator = (header: string) => String.fromCharCode(separatorOf(bytes(header)));

test.each([
  ["t,a,b", ","],
  ["t;a;b", ";"],
  ["t\ta\tb", "\t"],
  ["alone", ","],
  ["", ","],
  ['"a;b",c', ","],
  ['"a,b";c', ";"],
  ["a;b,c", ","],
  ["a;b\tc;d", ";"],
  ["a;b\tc\td", "\t"],
  ['{"a;b":1}', ","],
])("the cells of a header %j are parted by %j", (header, expected) => {
  expect(separator(header)).toBe(expected);
});

test.each([
  ["3,5", "3.5"],
  ["-0,25", "-0.25"],
  ["+1,5e-3", "+1.5e-3"],
  ["1.234,5", "1234.5"],
  ["1.234.567,89", "1234567.89"],
  [" 7,0 ", " 7.0 "],
  ["3.5", "3.5"],
  ["1.234", "1.234"],
  ["12.34,5", "12.34,5"],
  ["1,2,3", "1,2,3"],
  ["a,b", "a,b"],
  [",5", ",5"],
  ["5,", "5,"],
  ["", ""],
])("a cell %j between semicolons is %j", (cell, expected) => {
  expect(pointed(cell)).toBe(expected);
});

test.each<[string, string, ";" | "\t" | ",", string]>([
  ["cells without either sign", "1;a b;;x", ";", "1,a b,,x"],
  ["decimal commas", "1,5;-2,25;x", ";", "1.5,-2.25,x"],
  ["a text with a comma", "a, b;1", ";", '"a, b",1'],
  ["quotes around a semicolon", '"a;b";"c""d";1,5', ";", 'a;b,"c""d",1.5'],
  ["tabs, which part no decimals", "1.5\t2,5\tx", "\t", '1.5,"2,5",x'],
  ["commas, which stay", "1,5;2", ",", "1,5;2"],
  ["quotes that do not add up", '"a;1', ";", '"a;1'],
  ["letters of several bytes", "grün;温度", ";", "grün,温度"],
])("a line comes as a CSV has it: %s", (_what, line, parted, expected) => {
  const code = { ",": 44, ";": 59, "\t": 9 } as const;
  expect(text(withCommas(bytes(line), code[parted]))).toBe(expected);
});

test("what was written cell by cell comes back, by chance four thousand times", () => {
  const next = random(31);
  const parts = ["a", "1", '"', ",", ";", "\t", ".", " ", "ü"];
  for (let round = 0; round < 4000; round++) {
    const cells = Array.from({ length: 2 + Math.floor(next() * 4) }, () => Array.from({ length: Math.floor(next() * 5) }, () => parts[Math.floor(next() * parts.length)]!).join(""));
    const quoted = (cell: string) => (/[";\t,]/.test(cell) || next() < 0.2 ? `"${cell.replaceAll('"', '""')}"` : cell);
    for (const [parted, code] of [[";", 59], ["\t", 9]] as const) {
      const line = cells.map(quoted).join(parted);
      expect(splitCsv(line, parted), line).toEqual(cells);
      expect(splitCsv(text(withCommas(bytes(line), code))), line).toEqual(code === 59 ? cells.map(pointed) : cells);
    }
    expect(splitCsv(cells.map(csvCell).join(","))).toEqual(cells);
  }
});
