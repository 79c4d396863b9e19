const [TAB, QUOTE, COMMA, SEMICOLON, BRACE] = [9, 34, 44, 59, 123] as const;

/** What stands between the cells of a table, as a byte. */
export type Separator = typeof COMMA | typeof SEMICOLON | typeof TAB;

/** That of a table whose header this is, by what stands outside of quotes: a comma where there is one, as between keys of JSON; else a semicolon or a tab, whichever comes more often. */
export function separatorOf(header: Uint8Array): Separator {
  if (header[0] === BRACE) return COMMA;
  let [commas, semicolons, tabs, isQuoted] = [0, 0, 0, false];
  for (const byte of header) {
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === COMMA) commas++;
    else if (byte === SEMICOLON) semicolons++;
    else if (byte === TAB) tabs++;
  }
  if (commas > 0 || semicolons + tabs === 0) return COMMA;
  return semicolons >= tabs ? SEMICOLON : TAB;
}

export interface TextOf {
  decode(bytes: Uint8Array): string;
}

/** Of the texts of a table whose header this is, as far as it was read: windows-1252, as spreadsheets on Windows write it, where it is no UTF-8; null where it is. */
export function foreignDecoder(header: Uint8Array): TextOf | null {
  if (header[0] === BRACE) return null;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(header, { stream: true });
    return null;
  } catch {
    return new TextDecoder("windows-1252");
  }
}

/** Where semicolons part cells a comma stands before decimals, and a point may stand between thousands: `1.234,5` is `1234.5`. Other cells stay as they are. */
export function pointed(cell: string): string {
  if (!cell.includes(",") || !/^\s*[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+([eE][+-]?\d+)?\s*$/.test(cell)) return cell;
  return cell.replaceAll(".", "").replace(",", ".");
}

/** A line of a table as a CSV has it (RFC 4180), with points before decimals. A line whose quotes do not add up stays as it is. */
export function withCommas(line: Uint8Array, separator: Separator): Uint8Array {
  if (separator === COMMA) return line;
  if (!line.includes(QUOTE) && !line.includes(COMMA)) return line.map((byte) => (byte === separator ? COMMA : byte));
  const cells = splitCsv(new TextDecoder().decode(line), separator === TAB ? "\t" : ";");
  if (cells.length === 0) return line;
  return new TextEncoder().encode(cells.map((cell) => csvCell(separator === SEMICOLON ? pointed(cell) : cell)).join(","));
}

/** The cells of one CSV line (RFC 4180): quoted whole or not at all, otherwise there are none. */
export function splitCsv(line: string, separator: "," | ";" | "\t" = ","): string[] {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  const cell = separator === "," ? /"((?:[^"]|"")*)"|[^",]*/gy : new RegExp(`"((?:[^"]|"")*)"|[^"${separator}]*`, "gy");
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
