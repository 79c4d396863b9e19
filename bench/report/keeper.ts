import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Flag } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { root } from "../program.ts";
import { compare, comparisonText } from "./compare.ts";
import { documented } from "./document.ts";
import { keptOf, readResults, type Kept } from "./kept.ts";
import { benchPage } from "./page.ts";

export const resultsFolder = join(root, "bench", "results");

export const compareFlag: Flag = { name: "compare", value: "FILE", help: "beside an earlier result, or a folder of them: exit code 1 where ours is slower beyond noise" };

/** Keeps results as files, with a page of all, and tells how they compare with earlier ones. */
export class ResultKeeper {
  readonly #folder: string;
  #earlier: readonly Kept[] | null = null;
  #slower = 0;

  constructor(folder = resultsFolder) {
    this.#folder = folder;
  }

  /** Looks at the earlier results before new ones may take their place. Throws `MGV_USAGE` where there is nothing to compare with. */
  async begin(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    this.#earlier = (await readResults(path)).flatMap((result) => keptOf(result) ?? []);
    if (this.#earlier.length === 0) throw new MangroveError("MGV_USAGE", `${path} has no result with samples: name a file of bench/results, or a folder of such.`);
  }

  async keep(name: string, result: object): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
    const page = join(this.#folder, "index.html");
    await writeFile(page, benchPage(await readResults(this.#folder)));
    tell(`charts: ${pathToFileURL(page).href}`);
    this.#compare(name, result);
  }

  /** Contestants of ours that have become slower. */
  get slower(): number {
    return this.#slower;
  }

  #compare(name: string, result: object): void {
    if (this.#earlier === null) return;
    const now = keptOf(result);
    const before = this.#earlier.find(({ bench }) => bench === now?.bench);
    if (now === null || before === undefined) return tell(`${name}: not compared, as ${now === null ? "it keeps no samples" : "there is no earlier result of it"}`);
    const comparison = compare(before, now);
    this.#slower += comparison.changes.filter(({ judgement }) => judgement === "slower").length;
    tell(`\n${comparisonText(comparison)}`);
  }
}

/** Puts the results that there are into the parts of the document that are theirs. */
export async function writeDocument(path: string, folder = resultsFolder): Promise<void> {
  const results = await readResults(folder);
  await writeFile(path, documented(await readFile(path, "utf8"), results));
}
