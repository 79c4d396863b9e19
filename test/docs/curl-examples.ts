import { readFileSync } from "node:fs";
import { commandsOf, documents } from "./fenced-blocks.ts";

const root = new URL("../../", import.meta.url);

/** A command of a document, and what it is said to answer. */
interface CurlExample {
  /** The file and the line of the block. */
  readonly place: string;
  readonly command: string;
  readonly answer: unknown;
  /** The document says that its answers are shortened. */
  readonly isPart: boolean;
}

export interface CurlExamples {
  readonly run: readonly CurlExample[];
  /** Why those that are not run are not. */
  readonly skipped: readonly string[];
}

/** Stands before a block that cannot be run. */
const MARK = /<!-- not run: (.+?) -->\n+$/;

/** Documents that start a service of their own: blocks.test.ts asks that one. */
export const ownService = /^examples\/|^docs\/tutorial\.md$/;

/** Every curl in the blocks of README.md and docs/, with the JSON block that follows it. */
export function curlExamples(): CurlExamples {
  const run: CurlExample[] = [];
  const skipped: string[] = [];
  for (const file of documents.filter((each) => !ownService.test(each))) {
    const page = readFileSync(new URL(file, root), "utf8");
    const isPart = page.includes("Answers are shortened here");
    for (const block of page.matchAll(/^```sh\n(.*?)^```\n(?:\n*```json\n(.*?)^```)?/gms)) {
      const commands = commandsOf({ language: "sh", text: block[1]! }).filter((command) => command.startsWith("curl "));
      if (commands.length === 0) continue;
      const before = page.slice(0, block.index);
      const place = `${file}:${before.split("\n").length}`;
      const mark = MARK.exec(before);
      if (mark) skipped.push(`${place}: ${mark[1]}`);
      else run.push(...commands.map((command, i) => ({ place, command, answer: i === commands.length - 1 && block[2] !== undefined ? (JSON.parse(block[2]) as unknown) : undefined, isPart })));
    }
  }
  return { run, skipped };
}

/** Values under these keys are the same in every answer. */
const FIXED = new Set(["status", "title", "type", "code", "detail", "error", "instance", "pointer", "name", "model_name", "id", "datatype", "shape", "field", "method", "threshold", "label", "hours"]);

/** As {@link unlike}, of a document that leaves members and elements out, and is of another model. */
export function unlikePart(said: unknown, answer: unknown): string[] {
  return unlike(opened(said), answer).filter((each) => !/\/(threshold|field): |: number in the document, null in the answer$/.test(each));
}

function opened(said: unknown): unknown {
  if (Array.isArray(said)) return [...said.map(opened), "…"];
  if (typeof said !== "object" || said === null) return said;
  return { ...Object.fromEntries(Object.entries(said).map(([key, value]) => [key, opened(value)])), "…": "…" };
}

/** Where an answer is not like the one of the document: other keys, other types, or another value under a key whose values are fixed. `…` stands for whatever follows. */
export function unlike(said: unknown, answer: unknown, at = ""): string[] {
  const key = at.split("/").findLast((part) => !/^\d*$/.test(part)) ?? "";
  if (said === "…") return [];
  if (kindOf(said) !== kindOf(answer)) return [`${at || "/"}: ${kindOf(said)} in the document, ${kindOf(answer)} in the answer`];
  if (Array.isArray(said) && Array.isArray(answer)) {
    const isOpen = said.at(-1) === "…";
    if (!isOpen && said.length !== answer.length) return [`${at}: ${said.length} in the document, ${answer.length} in the answer`];
    return said.flatMap((each, i) => unlike(each, answer[i] ?? (each === "…" ? "…" : undefined), `${at}/${i}`));
  }
  if (typeof said === "object" && said !== null) {
    const [a, b] = [said, answer] as [Record<string, unknown>, Record<string, unknown>];
    const other = "…" in a ? [] : Object.keys(b).filter((each) => !(each in a)).map((each) => `${at}/${each}: in the answer alone`);
    return [...other, ...Object.keys(a).filter((each) => each !== "…").flatMap((each) => (each in b ? unlike(a[each], b[each], `${at}/${each}`) : [`${at}/${each}: in the document alone`]))];
  }
  return FIXED.has(key) && said !== answer ? [`${at}: ${JSON.stringify(said)} in the document, ${JSON.stringify(answer)} in the answer`] : [];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
