import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { runWords } from "../../commands/run-words.ts";
import { tellFailure } from "../../commands/terminal.ts";
import { root } from "../program.ts";
import { qualityCommand } from "./command.ts";

/** Resolves to the exit code: 0 well, 1 failed, 2 wrong use. */
async function run(words: readonly string[]): Promise<number> {
  const folder = join(root, "bench", "results");
  const command = qualityCommand(async (name, result) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `quality-${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  });
  const controller = new AbortController();
  try {
    return await runWords(command, words, controller);
  } catch (thrown) {
    if (controller.signal.aborted) return 130;
    return tellFailure(thrown);
  }
}

process.exitCode = await run(process.argv.slice(2));
