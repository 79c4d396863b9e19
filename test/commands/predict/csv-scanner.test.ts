import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { CsvScanner } from "../../../commands/predict/csv-scanner.ts";
import { FilePieces } from "../../../commands/predict/file-pieces.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

async function scanned(text: string | Uint8Array, pieceBytes: number): Promise<Row[]> {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("data.csv"), text);
  await using pieces = await FilePieces.open(folder.file("data.csv"), { pieceBytes });
  const scanner = new CsvScanner(pieces);
  const rows: Row[] = [];
  for (;;) {
    while (scanner.next()) rows.push({ line: scanner.line, cells: Array.from({ length: scanner.count }, (_, cell) => scanner.text(cell)) });
    if (pieces.ended) return rows;
    await pieces.more();
  }
}

const cells = (rows: readonly Row[]) => rows.map((row) => row.cells);

test.each([
  ["plain cells, empty ones too", "a,b,\n,1,2\n", [["a", "b", ""], ["", "1", "2"]]],
  ["line ends of Windows, none at the end", "a,b\r\n1,2", [["a", "b"], ["1", "2"]]],
  ["a return that ends nothing", "a\rb,c\r\n", [["a\rb", "c"]]],
  ["quotes, doubled ones, commas and line breaks in them", '"a,1","b""c","d\r\ne\n"\r\nx,y,z\n', [["a,1", 'b"c', "d\r\ne\n"], ["x", "y", "z"]]],
  ["a quote within a plain cell", 'a"b,c\n', [['a"b', "c"]]],
  ["two quotes", '"",""', [["", ""]]],
  ["letters of several bytes", "grün,温度\n", [["grün", "温度"]]],
])("%s, however the file is cut into pieces", async (_, text, expected) => {
  for (const pieceBytes of [1, 2, 3, 5, 8, 13, 1000]) expect(cells(await scanned(text, pieceBytes)), `pieces of ${pieceBytes} bytes`).toEqual(expected);
});

test.each([
  ["semicolons", 'a;b;"c;d"\n1,5;"x,y";2\n', [["a", "b", "c;d"], ["1,5", "x,y", "2"]]],
  ["tabs", "a\tb\r\n1;5\t2,5", [["a", "b"], ["1;5", "2,5"]]],
])("%s part cells where they part those of the header", async (_, text, expected) => {
  for (const pieceBytes of [1, 2, 5, 1000]) expect(cells(await scanned(text, pieceBytes)), `pieces of ${pieceBytes} bytes`).toEqual(expected);
});

test("letters of windows-1252 are read where the header has some", async () => {
  const bytes = Buffer.from("Temperatur [\xb0C];Ger\xe4t\n1,5;K\xfcche \x80\n", "latin1");
  expect(cells(await scanned(bytes, 1000))).toEqual([["Temperatur [°C]", "Gerät"], ["1,5", "Küche €"]]);
});

test("a byte order mark is passed over", async () => {
  expect(cells(await scanned("\ufeffa,b\n", 1000))).toEqual([["a", "b"]]);
});

test("rows know their line: blank lines and breaks in quotes count", async () => {
  const rows = await scanned('a\n\n\r\n"b\n\nc",1\nd\n', 1000);
  expect(rows.map(({ line }) => line)).toEqual([1, 4, 7]);
});

test("what was written cell by cell is read again, by chance a thousand times", async () => {
  const next = random(20);
  const parts = ["a", "1.5", '"', ",", "\n", "\r\n", " ", "ü", "\r"];
  for (let round = 0; round < 40; round++) {
    const width = 1 + Math.floor(next() * 4);
    const table = Array.from({ length: 25 }, () => Array.from({ length: width }, () => Array.from({ length: Math.floor(next() * 4) }, () => parts[Math.floor(next() * parts.length)]!).join("")));
    const quoted = (cell: string) => (/["\n\r,]/.test(cell) || next() < 0.2 ? `"${cell.replaceAll('"', '""')}"` : cell);
    const lines = table.map((row) => row.map(quoted).join(","));
    const end = next() < 0.5 ? "\n" : "\r\n";
    const expected = table.filter((_, row) => lines[row] !== "");
    if (expected.length === 0) continue;
    const text = lines.join(end) + (next() < 0.5 ? end : "");
    expect(cells(await scanned(text, 1 + Math.floor(next() * 40))), JSON.stringify(text)).toEqual(expected);
  }
});

test.each([
  ["a quote that is never closed", 'a\n"b\nc', /line 2: a quote is opened and never closed/],
  ["text behind a quote", 'a,b\n1,"2"3\n', /line 2: cell 2 goes on after its closing quote/],
])("%s is refused with its line", async (_, text, sentence) => {
  for (const pieceBytes of [3, 1000]) await expect(scanned(text, pieceBytes)).rejects.toMatchObject({ code: "MGV_CSV_ROW", message: expect.stringMatching(sentence) });
});

test("a quote left open in a large file is told before all of it is in memory", async () => {
  await expect(scanned(`a\n"${"x".repeat(40_000_000)}`, 1 << 20)).rejects.toMatchObject({ code: "MGV_CSV_ROW", message: expect.stringMatching(/longer than 16 MiB/) });
});
