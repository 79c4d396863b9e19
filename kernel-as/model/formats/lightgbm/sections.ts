import { broken, type Lines } from "./lines.ts";

export type Categories = readonly (string | number | boolean | null)[];

/** What stands behind the trees. */
export interface Sections {
  /** The text of each section, by its name, without the blank lines around it. */
  readonly texts: ReadonlyMap<string, string>;
  /** The lists of categories that `pandas_categorical` holds, in order of columns; null where there is none. */
  readonly categories: readonly Categories[] | null;
}

/** The names of the sections, older ones too, and how they are kept. Those that end with a line of their own, `end of …`, are closed. */
const sections: ReadonlyMap<string, { name: string; closed: boolean }> = new Map([
  ["feature_importances:", { name: "feature_importances", closed: false }],
  ["feature importances:", { name: "feature_importances", closed: false }],
  ["parameters:", { name: "parameters", closed: true }],
  ["parser:", { name: "parser", closed: true }],
]);

const PANDAS = "pandas_categorical:";

/** Reads from where the walk stands to the end of the file. Lines outside of every known section are left out, as LightGBM does. */
export function readSections(lines: Lines): Sections {
  const texts = new Map<string, string>();
  let categories: readonly Categories[] | null = null;
  const keep = (name: string, text: string) => {
    if (texts.has(name)) broken({ line: lines.number, key: name }, "it is there twice");
    texts.set(name, text);
  };
  while (!lines.atEnd) {
    const section = lines.end - lines.start > 24 ? undefined : sections.get(lines.text());
    if (section !== undefined) keep(section.name, readSection(lines, section));
    else if (lines.startsWith(PANDAS)) {
      const text = lines.text().slice(PANDAS.length);
      keep("pandas_categorical", text);
      categories = parseCategories(text, lines.number);
      lines.advance();
    } else lines.advance();
  }
  return { texts, categories };
}

/** Leaves the walk behind the section: at its end line, or at the next section. */
function readSection(lines: Lines, { name, closed }: { name: string; closed: boolean }): string {
  const first = lines.number;
  const end = `end of ${name}`;
  const kept: string[] = [];
  for (lines.advance(); !lines.is(end); lines.advance()) {
    if (lines.atEnd && closed) broken({ line: first, key: name }, `the file ends before "${end}"`);
    if (lines.atEnd || (!closed && (lines.startsWith("parameters:") || lines.startsWith("parser:") || lines.startsWith(PANDAS)))) break;
    kept.push(lines.text());
  }
  while (kept.at(-1) === "") kept.pop();
  while (kept[0] === "") kept.shift();
  return kept.join("\n");
}

/** `null`, or a list for each column of pandas categories. */
function parseCategories(text: string, line: number): readonly Categories[] | null {
  const place = { line, key: "pandas_categorical" };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    return broken(place, "it is not JSON", thrown);
  }
  const isLabel = (label: unknown) => label === null || typeof label === "string" || typeof label === "number" || typeof label === "boolean";
  const isList = (list: unknown): list is Categories => Array.isArray(list) && list.every(isLabel);
  if (parsed === null) return null;
  if (!Array.isArray(parsed) || !parsed.every(isList)) broken(place, "it is not a list of lists of categories");
  return parsed;
}
