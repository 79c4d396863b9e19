import process from "node:process";
import type { Command } from "../../commands/command.ts";
import { tell } from "../../commands/terminal.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { chromiumAbsent, startChromium } from "../../test/browser/chromium.ts";
import { beginning, type Began } from "../machine.ts";
import { compareFlag, type ResultKeeper } from "../report/keeper.ts";
import { markdownHead } from "../report/markdown.ts";
import { pageTable } from "./table.ts";
import { firstLoads, watchMany, type FirstLoad, type Watched } from "./watch.ts";

const SENSORS = 1_000;

/** Nothing of it can be left out: each one that is kept is whole. */
export interface PageResult extends Began {
  readonly bench: "page";
  /** With its version. */
  readonly browser: string;
  /** Of those that are watched. */
  readonly sensors: number;
  readonly loads: readonly FirstLoad[];
  readonly watched: readonly Watched[];
}

export const pageBenchCommand = (keeper: ResultKeeper): Command => ({
  name: "bench page",
  summary: "the live page in Chromium: its first load, and its main thread with many sensors",
  flags: [
    { name: "runs", value: "N", help: "of each, after one that does not count (5)" },
    { name: "quick", help: "one run: shows that all runs, not how fast; writes no result" },
    compareFlag,
    { name: "json", help: "print the result as JSON" },
  ],
  examples: ["npm run bench -- page", "npm run bench -- page --runs 9"],
  async run(given) {
    if (chromiumAbsent !== null) throw new MangroveError("MGV_USAGE", `The live page cannot be measured: ${chromiumAbsent}.`);
    await keeper.begin(given.text("compare"));
    const runs = given.has("quick") ? 1 : (given.number("runs", { min: 1, max: 100, whole: true }) ?? 5);
    const began = beginning();
    const browser = await startChromium();
    try {
      tell(`page             first loads: ${runs}`);
      const [, ...loads] = await firstLoads(browser, runs + 1);
      const watched: Watched[] = [];
      for (let i = 0; i < runs; i++) {
        tell(`page             ${SENSORS} sensors, ten seconds: ${i + 1} of ${runs}`);
        watched.push(await watchMany(browser, SENSORS));
      }
      const result: PageResult = { bench: "page", ...began, browser: `Chromium ${browser.version()}`, sensors: SENSORS, loads, watched };
      if (!given.has("quick")) await keeper.keep("page", result);
      process.stdout.write(given.has("json") ? `${JSON.stringify(result, null, 2)}\n` : `\n${markdownHead(result)}\n\n${pageTable(result)}\n\n`);
      return 0;
    } finally {
      await browser.close();
    }
  },
});
