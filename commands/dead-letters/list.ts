import process from "node:process";
import type { FoundLetter } from "../../engine/dead-letters/letter-topic.ts";
import { timeText } from "../../engine/time-text.ts";
import type { Command } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { printable, tell } from "../terminal.ts";
import { CLIENT_ID, filterFlags, filterOf, withLetters } from "./opened.ts";

const LIMIT = 20;

/** What a cell of the table shows at most. */
const REASON_LENGTH = 60;
const VALUE_LENGTH = 40;

export const listCommand: Command = {
  name: "dead-letters list",
  summary: "the newest messages that could not be read: where they are, and why",
  operands: [PIPELINE],
  flags: [...filterFlags, { name: "limit", value: "N", help: `so many of them (${LIMIT})` }, { name: "json", help: "a line of JSON for each on stdout" }, CLIENT_ID],
  examples: ["npm run -s mangrove -- dead-letters list", "npm run -s mangrove -- dead-letters list pipelines/machine.ts --code MGV_JSON --since 2026-02-28T06:30:00Z --limit 1000 --json"],
  async run(given) {
    const filter = filterOf(given);
    const limit = given.number("limit", { min: 1, whole: true }) ?? LIMIT;
    await withLetters(given, async ({ letters }) => {
      const found = await letters.newest(filter, limit);
      if (given.has("json")) process.stdout.write(found.map((each) => `${letterJson(each)}\n`).join(""));
      else if (found.length > 0) process.stdout.write(`${table(found).join("\n")}\n`);
      if (found.length === 0) tell(`There are no dead letters ${Object.keys(filter).length > 0 ? "of this kind " : ""}on ${letters.name}.`);
    });
    return 0;
  },
};

/** The dead letter as it is written, behind its own place and time. */
function letterJson({ partition, offset, writtenMs, text }: FoundLetter): string {
  return JSON.stringify({ dead_letter: { partition, offset, timestamp: timeText(writtenMs) }, ...(JSON.parse(text) as object) });
}

function table(found: readonly FoundLetter[]): string[] {
  const rows = found.map(({ partition, offset, writtenMs, letter }) => [
    String(partition),
    String(offset),
    timeText(writtenMs) ?? "",
    letter.code,
    `${letter.topic}/${letter.partition}/${letter.offset}`,
    shortened(letter.reason, REASON_LENGTH),
    shortened(new TextDecoder().decode(letter.value.subarray(0, VALUE_LENGTH + 1)), VALUE_LENGTH),
  ]);
  const all = [["partition", "offset", "written", "code", "message", "reason", "begins with"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => printable(column < 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join("  ").trimEnd());
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
