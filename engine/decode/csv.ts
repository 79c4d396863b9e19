const [TAB, QUOTE, COMMA, SEMICOLON, BRACE] = [9, 34, 44, 59, 123] as const;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const text = new TextDecoder();
const bytesOf = new TextEncoder();

/** What stands between the cells of a table, as a byte. */
export type Separator = typeof COMMA | typeof SEMICOLON | typeof TAB;

/** That of a table whose header this is: what comes most often outside of quotes, the comma where others come as often. JSON has commas. */
export function separatorOf(header: Uint8Array): Separator {
  if (header[0] === BRACE) return COMMA;
  const counts = { [COMMA]: 0, [SEMICOLON]: 0, [TAB]: 0 };
  let isQuoted = false;
  for (const byte of header) {
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (byte === COMMA || byte === SEMICOLON || byte === TAB)) counts[byte]++;
  }
  const best = counts[SEMICOLON] >= counts[TAB] ? SEMICOLON : TAB;
  return counts[best] > counts[COMMA] ? best : COMMA;
}

/** Whether the texts of a table with this header are windows-1252, as spreadsheets on Windows write them: it is no UTF-8 then. */
export function isWindows1252(header: Uint8Array): boolean {
  if (header[0] === BRACE) return false;
  try {
    utf8.decode(header);
    return false;
  } catch {
    return true;
  }
}

/** 0x80 to 0x9F, where windows-1252 differs from Latin-1 (WHATWG Encoding, index windows-1252); not by `TextDecoder`, which is Latin-1 on some versions of Node. */
const LETTERS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

export function windows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return latin1.replace(/[\x80-\x9f]/g, (letter) => LETTERS[letter.charCodeAt(0) - 0x80]!);
}

/** Where semicolons part cells a comma stands before decimals. Other cells stay as they are. */
export function pointed(cell: string): string {
  return /^\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*$/.test(cell) ? cell.replace(",", ".") : cell;
}

/** A line of a table as a CSV has it (RFC 4180), with points before decimals. A line whose quotes do not add up stays as it is. */
export function withCommas(line: Uint8Array, separator: Separator): Uint8Array {
  if (separator === COMMA) return line;
  if (!line.includes(QUOTE) && !line.includes(COMMA)) return line.map((byte) => (byte === separator ? COMMA : byte));
  const cells = splitCsv(text.decode(line), separator === TAB ? "\t" : ";");
  if (cells.length === 0) return line;
  return bytesOf.encode(cells.map((cell) => csvCell(separator === SEMICOLON ? pointed(cell) : cell)).join(","));
}

/** The cells of one CSV line (RFC 4180): quoted whole or not at all, otherwise there are none. */
export function splitCsv(line: string, separator: "," | ";" | "\t" = ","): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  const cell = separator === "," ? /"((?:[^"]|"")*)"|[^",]*/gy : separator === ";" ? /"((?:[^"]|"")*)"|[^";]*/gy : /"((?:[^"]|"")*)"|[^"\t]*/gy;
  for (let start = 0; ; start = cell.lastIndex + 1) {
    cell.lastIndex = start;
    const [unquoted, quoted] = cell.exec(line)!;
    cells.push(quoted?.replaceAll('""', '"') ?? unquoted);
    cell.lastIndex = start + unquoted.length;
    if (cell.lastIndex === line.length) return cells;
    if (line[cell.lastIndex] !== separator) return [];
  }
}

/** A text as a cell. */
export function csvCell(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
