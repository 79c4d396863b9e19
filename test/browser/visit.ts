import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export const screenshots = fileURLToPath(new URL("./screenshots/", import.meta.url));

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** That left the browser. */
  readonly requests: string[];
  /** Of scripts and policies. */
  readonly complaints: string[];
  /** Over the wire, heads included, of answers that have come to their end. */
  readonly received: () => number;
}

/** Opens a page of its own in the browser, and keeps what it asks for and complains of. */
export async function visit(browser: Browser, url: string, { colorScheme = "light", width = 1280, height = 900, reducedMotion = "no-preference" }: { colorScheme?: "light" | "dark"; width?: number; height?: number; reducedMotion?: "reduce" | "no-preference" } = {}): Promise<Visit> {
  await mkdir(screenshots, { recursive: true });
  const context = await browser.newContext({ colorScheme, reducedMotion, viewport: { width, height } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  let received = 0;
  page.on("request", (request) => void (request.url().startsWith("data:") || requests.push(request.url())));
  page.on("console", (said) => complaints.push(said.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  wire.on("Network.loadingFinished", ({ encodedDataLength }) => void (received += encodedDataLength));
  await page.goto(url);
  return { page, requests, complaints, received: () => received, [Symbol.asyncDispose]: () => context.close() };
}

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds serious or critical, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[] }>("axe.run()");
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary})`).join("; ")}`);
}
