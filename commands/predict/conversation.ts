import { createInterface } from "node:readline";
import { MangroveError } from "../../kernel-as/errors.ts";
import { printable } from "../terminal.ts";
import type { Answer, Asking } from "./asking.ts";

function helpText({ event, fields }: Asking): string {
  const words = [
    ["sample", "a usual reading of the pipeline's own"],
    [event, "one as there may be with it"],
    ["{…}", `a reading of yours, as JSON: {${JSON.stringify(fields[0])}: 21.5, …}`],
    ["fields", "what a reading has"],
    ["help", "this text"],
    ["quit", "so does Ctrl-D"],
  ] as const;
  const width = Math.max(...words.map(([word]) => word.length));
  return words.map(([word, meaning]) => `${word.padEnd(width)}  ${meaning}\n`).join("");
}

export function answerText(asking: Asking, { label, probability, reading }: Answer): string {
  const values = asking.fields.filter((field) => field in reading).map((field) => `${field} ${String(reading[field])}`);
  const shown = values.length > 0 ? `${printable(values.join(", "))}\n` : "";
  return `${shown}${label}: probability of ${asking.event} ${(probability * 100).toFixed(1)} %, told from ${(asking.threshold * 100).toFixed(1)} % on\n`;
}

export interface ConversationOptions {
  readonly input: NodeJS.ReadableStream;
  readonly write: (text: string) => void;
  /** A prompt is shown before each line. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

/** Answers line by line until `quit` or the end of the input; a line that is no reading is told, and the next one is asked for. Resolves to how many lines could not be answered. */
export async function converse(asking: Asking, { input, write, isTerminal, signal }: ConversationOptions): Promise<number> {
  const lines = createInterface({ input, terminal: false });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  const prompt = () => isTerminal && write("> ");
  let refused = 0;
  prompt();
  for await (const line of lines) {
    const word = line.trim();
    if (["quit", "exit", "q"].includes(word)) break;
    try {
      if (word !== "") write(await answerTo(asking, word));
    } catch (thrown) {
      const { code, message } = MangroveError.from(thrown);
      write(`${code}: ${message}\n`);
      refused++;
    }
    prompt();
  }
  lines.close();
  return refused;
}

async function answerTo(asking: Asking, word: string): Promise<string> {
  if (word === "help") return helpText(asking);
  if (word === "fields") return `${asking.fields.join("\n")}\n`;
  if (word === "sample") return answerText(asking, await asking.sample("usual"));
  if (word === "fire" || word === asking.event) return answerText(asking, await asking.sample("event"));
  if (!word.startsWith("{")) throw new MangroveError("MGV_USAGE", `"${printable(word.slice(0, 40))}" is nothing that is understood here: help lists what is.`);
  return answerText(asking, await asking.score(parsed(word)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MangroveError("MGV_JSON", `That is no JSON: ${(cause as Error).message}`, { cause });
  }
}
