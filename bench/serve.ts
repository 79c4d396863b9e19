import { createInterface } from "node:readline";
import process from "node:process";
import type { Bench } from "./bench.ts";
import { runtimeName } from "./machine.ts";

/** One line of JSON on stdout says who is here; then each line on stdin names one of them, and is answered with a sample. */
export async function serve(bench: Bench, folder: string): Promise<void> {
  const contestants = await bench.open(folder);
  say({ host: runtimeName(), contestants: contestants.map(({ name, peer }) => ({ name, peer })) });
  for await (const line of createInterface({ input: process.stdin })) {
    // what the run before left behind is not this one's to pay for
    globalThis.gc?.();
    say(await contestants.find(({ name }) => name === line)!.run());
  }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
