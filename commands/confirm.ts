import process from "node:process";
import { createInterface } from "node:readline";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments } from "./command.ts";

/** Throws `MGV_USAGE` where `--yes` is not given and there is no terminal to ask at. */
export function requireSomebody(given: Arguments, command: string): void {
  if (given.has("yes") || process.stdin.isTTY) return;
  throw new MangroveError("MGV_USAGE", `Nobody can be asked without a terminal: ${command} needs --yes there.`);
}

/** Asks on stderr and takes a line of `input` for the answer. Anything but `y` and `yes` is a no, and so are an abort and the end of the input. */
export async function confirm(question: string, { input, signal }: { input: NodeJS.ReadableStream; signal: AbortSignal }): Promise<boolean> {
  const lines = createInterface({ input, terminal: false });
  signal.addEventListener("abort", () => lines.close(), { once: true });
  process.stderr.write(`${question} [y/N] `);
  try {
    return await new Promise((resolve) => {
      lines.once("line", (line) => resolve(/^\s*y(es)?\s*$/i.test(line)));
      lines.once("close", () => resolve(false));
    });
  } finally {
    lines.close();
  }
}
