import { expect, test } from "vitest";
import { csvCell, isWindows1252, pointed, separatorOf, splitCsv, windows1252, withCommas } from "../../../engine/decode/csv.ts";
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
  ["Zeit;PM10;PM2,5;Feuchte", ";"],
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
  ["1.234,5", "1.234,5"],
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

test.each([
  ["ASCII", "t;a", false],
  ["UTF-8", "T [°C];Umidità", false],
  ["windows-1252", Buffer.from("T [\xb0C];a", "latin1"), true],
  ["windows-1252 whose last letter alone is none of ASCII", Buffer.from("t;Umidit\xe0", "latin1"), true],
  ["JSON", Buffer.from('{"\xb0":1}', "latin1"), false],
])("a header of %s is told from others", (_what, header, expected) => {
  expect(isWindows1252(typeof header === "string" ? bytes(header) : header)).toBe(expected);
});

test("letters of windows-1252 are those of Latin-1 but for the 27 between", () => {
  expect(windows1252(Uint8Array.of(0x80, 0x89, 0x8a, 0x96, 0x92, 0x9f, 0xb0, 0xfc, 0x41))).toBe("€‰Š–’Ÿ°üA");
  const all = windows1252(Uint8Array.from({ length: 256 }, (_, i) => i));
  expect(new Set(Array.from(all)).size).toBe(256);
  expect(Array.from(all).filter((letter, i) => letter.codePointAt(0) !== i)).toHaveLength(27);
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
