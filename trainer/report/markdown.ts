/** Text as Markdown that shows it as it is, in one line: nothing in it is markup, whatever it looks like. */
export function markdown(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ").replaceAll(/[\\`*[\]<>|~&#!]|(?<!\w)_|_(?!\w)/g, String.raw`\$&`);
}

/** A table of plain texts. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdown).join(" | ")} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? " --- " : " ---: ")).join("|")}|`, ...rows.map(line)].join("\n");
}
