import { readdirSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

export interface FencedBlock {
  readonly file: string;
  /** The file, and the line of its fence. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const pages = (folder: string) => readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}${String(name)}`).filter((name) => name.endsWith(".md"));

/** Where users are told what to type. */
export const documents: readonly string[] = ["README.md", "CONTRIBUTING.md", ...pages("docs/").sort(), ...pages("examples/").sort()];

export const fencedBlocks: readonly FencedBlock[] = documents.flatMap((file) => {
  const page = readFileSync(new URL(file, root), "utf8");
  return [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map((block) => ({ file, place: `${file}:${page.slice(0, block.index).split("\n").length}`, language: block[1]!, text: block[2]! }));
});

/** What is typed: a line each, but for those that go on within quotes or behind a backslash, or inside of a loop. Of a `console` block what stands behind `$ `. */
export function commandsOf({ language, text }: Pick<FencedBlock, "language" | "text">): string[] {
  const commands: string[] = [];
  let open = "";
  for (const line of language === "console" ? text.split("\n").flatMap((each) => (each.startsWith("$ ") ? [each.slice(2)] : [])) : text.split("\n")) {
    open = open === "" ? line : `${open}\n${line}`;
    const quotes = open.replaceAll(/\\./g, "").replaceAll(/ #.*$/gm, "").match(/'[^']*'|"[^"]*"|['"]/g) ?? [];
    if (open.endsWith("\\") || quotes.some((quote) => quote.length === 1)) continue;
    if (open.trim() !== "") commands.push(open.trim());
    open = "";
  }
  return commands;
}
