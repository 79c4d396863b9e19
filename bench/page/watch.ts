import type { Browser, Page } from "playwright-core";
import { liveService, quietService } from "../../test/browser/live-service.ts";
import { tellOfMany } from "../../test/browser/many-sensors.ts";
import { visit } from "../../test/browser/visit.ts";

export interface FirstLoad {
  readonly bytes: number;
  readonly firstPaintMs: number;
}

/** Of the page of 12 simulated sensors, each time in a context of its own, without a cache. */
export async function firstLoads(browser: Browser, count: number): Promise<FirstLoad[]> {
  await using at = await liveService();
  const loads: FirstLoad[] = [];
  for (let i = 0; i < count; i++) {
    await using shown = await visit(browser, at.url);
    await shown.page.locator("#grid li").nth(11).waitFor();
    await shown.page.locator("#light").waitFor();
    const firstPaintMs = await shown.page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
    loads.push({ bytes: shown.received(), firstPaintMs });
  }
  return loads;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs by the clock. */
  readonly dur?: number;
  /** µs of the thread's processor time. */
  readonly tdur?: number;
}

export interface Watched {
  readonly tasks: number;
  /** Of the processor. */
  readonly longestTaskMs: number;
  /** By the clock, of which other programs may have had a part. */
  readonly longestTaskByClockMs: number;
}

/** Ten seconds of scrolling through as many sensors, which all tell of a reading every second: what the page's main thread did. */
export async function watchMany(browser: Browser, sensors: number): Promise<Watched> {
  await using at = await quietService();
  at.feed.snapshot(); // somebody looks
  let second = 0;
  const timer = setInterval(() => tellOfMany(at, sensors, second++), 1000);
  try {
    await using shown = await visit(browser, at.url);
    await shown.page.locator("#grid li").nth(sensors - 1).waitFor({ state: "attached" });
    await browser.startTracing(shown.page, { categories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"] });
    await scroll(shown.page);
    const { traceEvents: all } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const drawn = all.find(({ name }) => name === "FireAnimationFrame")!;
    const tasks = all.filter(({ name, ph, pid, tid }) => name === "RunTask" && ph === "X" && pid === drawn.pid && tid === drawn.tid);
    return {
      tasks: tasks.length,
      longestTaskMs: Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000)),
      longestTaskByClockMs: Math.max(...tasks.map(({ dur = 0 }) => dur / 1000)),
    };
  } finally {
    clearInterval(timer);
  }
}

async function scroll(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let frames = 0;
    const from = performance.now();
    const step = () => { scrollBy(0, frames++ % 200 < 100 ? 60 : -60); if (performance.now() - from < 10_000) requestAnimationFrame(step); else resolve(); };
    step();
  })`);
}
