import { mkdir } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobNames } from "../../trainer/jobs/job.ts";
import { jobNamed } from "../../trainer/jobs/jobs.ts";
import { runJob } from "../../trainer/jobs/run-job.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { contextOf, keepWatched, modelOf, type WatchedRow } from "../fixtures/watched.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";

const screenshots = fileURLToPath(new URL("./screenshots/", import.meta.url));
const START_MS = Date.UTC(2026, 2, 2);
const DAY_MS = 86_400_000;

/** Nine days of rooms, in the last of which one is stuck, one shifts, one is silent at times, and a name is long and looks like markup. */
function rooms(): WatchedRow[] {
  const next = random(1);
  const rows: WatchedRow[] = [];
  for (let timeMs = START_MS; timeMs < START_MS + 9 * DAY_MS; timeMs += 300_000) {
    const isLast = timeMs >= START_MS + 8 * DAY_MS;
    for (const sensor of ["kitchen", "hall", "cellar", "<b>attic</b> of the old house by the river, third floor"]) {
      if (isLast && sensor === "cellar" && next() < 0.4) continue;
      const label = next() < 0.05 ? 1 : 0;
      const temperature = 20 + 3 * Math.sin((timeMs / DAY_MS) * 2 * Math.PI) + next() + (isLast && sensor === "hall" ? 15 : 0) + 40 * label;
      rows.push({ sensor, timeMs, appendMs: timeMs + 500 * next(), values: [isLast && sensor === "kitchen" ? 21 : temperature, next() < 0.05 ? null : 80 - temperature + 10 * next(), 0], label: next() < 0.5 ? label : null, probability: 0.8 * label + 0.2 * next() });
    }
  }
  return rows;
}

describe.skipIf(chromiumAbsent !== null)(`reports of jobs in a browser${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const paths = new Map<string, string>();
  beforeAll(async () => {
    [browser, folder] = await Promise.all([startChromium(), temporaryFolder(), mkdir(screenshots, { recursive: true })]);
    await keepWatched(folder.file("history"), rooms());
    const model = modelOf(rooms().slice(0, 3000));
    for (const name of jobNames) {
      const { run } = await runJob({ reports: folder.file("reports"), job: jobNamed(name), now: () => START_MS, open: (own) => contextOf(folder.file("history"), START_MS + 9 * DAY_MS, { ...own, model }) });
      expect(run.outcome, run.detail).toBe("succeeded");
      paths.set(name, folder.file(`reports/${run.report!}.html`));
    }
  });
  afterAll(async () => {
    await browser.close();
    await folder[Symbol.asyncDispose]();
  });

  test.each(jobNames.flatMap((name) => [[name, "light", 1280], [name, "dark", 390]] as const))("%s, %s and %d px wide, is as wide as the window and complains of nothing", async (name, colorScheme, width) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => request.url().startsWith("file:") || complaints.push(request.url()));
    await page.goto(pathToFileURL(paths.get(name)!).href);
    await page.screenshot({ path: `${screenshots}job-${name}-${colorScheme}-${width}.png`, fullPage: true });
    expect(complaints).toEqual([]);
    expect(await page.locator("h1").textContent()).toBe(jobNamed(name).title);
    expect(await page.locator("main b").filter({ hasText: "attic" }).count()).toBe(0);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const links = await page.evaluate<string[]>("[...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))");
    for (const link of links) expect(await page.locator(link).count()).toBe(1);
    if (name !== "training") expect(await page.locator("figure svg[role=img]").count()).toBeGreaterThan(0);
    await page.close();
  });

  test("what is beyond its bounds stands at the top, in words", async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(paths.get("quality")!).href);
    expect(await page.locator(".alerts li").allTextContents()).toEqual([expect.stringContaining("cellar"), expect.stringContaining("Temperature[C] of kitchen at 21 since 2026-03-10")]);
    await page.goto(pathToFileURL(paths.get("drift")!).href);
    expect((await page.locator(".alerts li").allTextContents()).join(" ")).toContain("Temperature[C] of hall has shifted");
    await page.close();
  });
});
