import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateCommand } from "../../commands/evaluate.ts";
import { run } from "../fixtures/command.ts";
import { judgedRows } from "../fixtures/judged-rows.ts";
import { csvOf } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";

const screenshots = fileURLToPath(new URL("./screenshots/", import.meta.url));

describe.skipIf(chromiumAbsent !== null)(`the report of a model from elsewhere in a browser${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    [browser] = await Promise.all([startChromium(), mkdir(screenshots, { recursive: true })]);
  });
  afterAll(() => browser.close());

  test.each([
    ["xgboost", "logistic.json", "dark", 390],
    ["lightgbm", "binary.txt", "light", 1280],
  ] as const)("of %s (%s), %s and %d px wide, has every section and complains of nothing", async (library, name, colorScheme, width) => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file("rows.csv"), csvOf(judgedRows()));
    const model = fileURLToPath(new URL(`../goldens/${library}/${name}`, import.meta.url));
    const { code, stderr } = await run(evaluateCommand, "--model", model, "--data", folder.file("rows.csv"), "--label", "failed", "--report", folder.file("report.html"));
    expect(code, stderr).toBe(0);

    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(folder.file("report.html")).href);
    await page.screenshot({ path: `${screenshots}evaluated-${library}-${colorScheme}-${width}.png`, fullPage: true });
    expect(complaints).toEqual([]);
    expect(await page.locator("h2:visible").count()).toBe(13);
    expect(await page.locator(".facts").textContent()).toMatch(/Trained onunknown.*400 of rows\.csv/);
    expect(await page.locator("#splits h3").allTextContents()).toEqual(["all rows"]);
    expect(await page.locator("figure figcaption").allTextContents()).toEqual(expect.arrayContaining(["ROC curve", "Reliability", "Share of the gain", "Contributions of single readings"]));
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.close();
  });
});
