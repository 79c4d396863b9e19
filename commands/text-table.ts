/** Rows under their headings, each column as wide as its widest cell. Numbers stand to the right. */
export function textTable(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const table = [headings, ...rows].map((row) => row.map((cell) => String(cell ?? "-")));
  const widths = headings.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const isRight = headings.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  return table.map((row) => row.map((cell, column) => (isRight[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join("  ").trimEnd());
}
