import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportPage } from "../../trainer/report/page.ts";
import type { Report } from "../../trainer/report/report.ts";
import { bareReport, madeReport } from "../fixtures/report.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";

const screenshots = fileURLToPath(new URL("./screenshots/", import.meta.url));

const report = madeReport();
const HEADINGS = [
  "What the model is worth",
  "What was found in the data",
  "Fires found and false alarms",
  "Telling fire from no fire",
  "Taking a probability at its word",
  "Right and wrong calls",
  "Recording by recording",
  "How the training went",
  "What the model looks at",
  "The readings",
  "Models that were compared",
  "Time and memory",
  "Parameters",
];

interface Opened {
  readonly page: Page;
  readonly requests: string[];
  /** What the page wrote to the console, threw, or asked. */
  readonly complaints: string[];
}

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of each picture on the page its box and those of its texts. */
function pictures(page: Page): Promise<{ box: Box; texts: Box[] }[]> {
  return page.locator("figure > svg").evaluateAll((all) => {
    const boxOf = (element: any): Box => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { text: element.firstChild?.textContent ?? "", left, right, top, bottom };
    };
    return all.map((svg: any) => ({ box: boxOf(svg), texts: Array.from(svg.querySelectorAll("text"), boxOf) }));
  });
}

describe.skipIf(chromiumAbsent !== null)(`the report in a browser${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    [browser, folder] = await Promise.all([startChromium(), temporaryFolder(), mkdir(screenshots, { recursive: true })]);
  });

  afterAll(async () => {
    await browser.close();
    await folder[Symbol.asyncDispose]();
  });

  async function open(shown: Report, { colorScheme = "light", width = 1280 }: { colorScheme?: "light" | "dark"; width?: number } = {}): Promise<Opened> {
    const file = folder.file("report.html");
    await writeFile(file, reportPage(shown));
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, requests, complaints };
  }

  describe.each([
    ["light", 1280],
    ["light", 390],
    ["dark", 1280],
    ["dark", 390],
  ] as const)("%s, %d px wide", (colorScheme, width) => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(report, { colorScheme, width });
      await opened.page.screenshot({ path: `${screenshots}report-${colorScheme}-${width}.png`, fullPage: true });
    });
    afterAll(() => opened.page.close());

    test("asks for nothing but itself, and complains of nothing", () => {
      expect(opened.requests).toEqual([pathToFileURL(folder.file("report.html")).href]);
      expect(opened.complaints).toEqual([]);
    });

    test("has every section, and no horizontal scroll but in the boxes of wide tables", async () => {
      expect(await opened.page.locator("h2:visible").allTextContents()).toEqual(HEADINGS);
      expect(await opened.page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    });

    test("keeps the letters of its pictures inside them and apart from each other", async () => {
      const all = await pictures(opened.page);
      expect(all).toHaveLength(11);
      for (const { box, texts } of all) {
        expect(texts.length).toBeGreaterThan(3);
        for (const each of texts) {
          expect(each.left >= box.left - 0.5 && each.right <= box.right + 0.5 && each.top >= box.top - 0.5 && each.bottom <= box.bottom + 0.5, `${each.text} is cut`).toBe(true);
          const covered = texts.filter((other) => other !== each && Math.min(each.right, other.right) - Math.max(each.left, other.left) > 1 && Math.min(each.bottom, other.bottom) - Math.max(each.top, other.top) > 3);
          expect(covered.map(({ text }) => `${text} covers ${each.text}`)).toEqual([]);
        }
      }
    });

    test("letters in pictures are large enough to be read", async () => {
      const sizes = await opened.page.locator("figure > svg").evaluateAll((all) => all.map((svg: any) => (11 * svg.getBoundingClientRect().width) / svg.viewBox.baseVal.width));
      expect(Math.min(...sizes)).toBeGreaterThan(10);
    });

    test("has the ground of its scheme", async () => {
      const ground = await opened.page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      const sum = ground.match(/\d+/g)!.slice(0, 3).reduce((total, each) => total + Number(each), 0);
      if (colorScheme === "dark") expect(sum).toBeLessThan(120);
      else expect(sum).toBe(3 * 255);
    });
  });

  test("the table of splits holds the figures of the report", async () => {
    const { page } = await open(report);
    const rows = await page.locator("#splits tbody tr").evaluateAll((all) => all.map((row: any) => Array.from(row.cells, (cell: any): string => cell.firstChild.textContent)));
    const figures = new Map(rows.map(([name, ...cells]) => [name, cells]));
    const judged = report.splits.map(({ judgement }) => judgement);
    expect(figures.get("Readings")).toEqual(["7,200", "7,200", "7,200", "–"]);
    for (const [name, figure] of [["AUC", "auc"], ["Accuracy", "accuracy"], ["Recall", "recall"], ["F1", "f1"], ["Log loss", "logloss"], ["Brier score", "brier"], ["Calibration error", "calibrationError"]] as const) {
      expect(figures.get(name), name).toEqual(judged.map((each) => each?.measures[figure]?.toFixed(4) ?? "–"));
    }
    await page.close();
  });

  test("names that are markup make no element, and nothing runs", async () => {
    const evil = `"'><img src=x onerror=alert(1)><script>alert(2)</script>${"and-on".repeat(20)}`;
    const { page, complaints, requests } = await open({
      ...report,
      model: { ...report.model, name: evil, trainedOn: evil, thresholdReason: evil },
      data: { ...report.data, source: evil, recordings: report.data.recordings.map((each) => ({ ...each, name: evil })) },
      splits: report.splits.map((split) => ({ ...split, title: evil, meaning: evil, verdict: evil })),
      features: report.features.map((feature) => ({ ...feature, name: evil })),
    }, { width: 390 });
    expect(await page.locator("img, script").count()).toBe(0);
    expect(await page.locator("h1").textContent()).toBe(evil);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.close();
  });

  test("a report without anything has every section too, on a phone", async () => {
    const { page } = await open(bareReport(), { width: 390 });
    expect(await page.locator("h2:visible").allTextContents()).toEqual(HEADINGS);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.screenshot({ path: `${screenshots}bare-light-390.png`, fullPage: true });
    await page.close();
  });

  test("a simulated model says so before anything can be scrolled", async () => {
    const { page } = await open({ ...report, model: { ...report.model, trainedOn: "simulated" } }, { width: 390 });
    const { y, height } = (await page.getByText("Trained on simulated readings.").boundingBox())!;
    expect(y + height).toBeLessThan(900);
    await page.screenshot({ path: `${screenshots}simulated-light-390.png` });
    await page.close();
  });

  test("on paper folded tables are open, and the ground is white in the dark too", async () => {
    const { page } = await open(report, { colorScheme: "dark" });
    const cell = page.locator("#recordings details td").first();
    expect(await cell.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await cell.evaluate((each: any) => each.getBoundingClientRect().height as number)).toBeGreaterThan(0);
    expect(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    await page.close();
  });
});
