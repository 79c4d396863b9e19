import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveApp, type RunningServer } from "../../api/server.ts";
import { docsPage } from "../../api/ui/docs-page.ts";
import type { OpenApi } from "../../api/ui/open-api.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { bodyOf, message, startService, type Service } from "../api/service.ts";
import { chromiumAbsent, startChromium } from "./chromium.ts";

const screenshots = fileURLToPath(new URL("./screenshots/", import.meta.url));

describe.skipIf(chromiumAbsent !== null)(`the page of the API in a browser${chromiumAbsent === null ? "" : `: skipped, ${chromiumAbsent}`}`, () => {
  let browser: Browser;
  let service: Service;
  let server: RunningServer;
  let document: OpenApi;

  beforeAll(async () => {
    [browser, service] = await Promise.all([startChromium(), startService({ app: { feed: new LiveFeed({ event: "fire", perSecond: 5, now: Date.now }) } }), mkdir(screenshots, { recursive: true })]);
    server = await serveApp(service.app, { host: "127.0.0.1", port: 0, drainMs: 100 });
    document = await bodyOf<OpenApi>(service.app.request("/openapi.json"));
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await service[Symbol.asyncDispose]();
  });

  async function open({ colorScheme = "light", width = 1280 }: { colorScheme?: "light" | "dark"; width?: number } = {}) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => void (request.url().startsWith("data:") || requests.push(request.url())));
    page.on("console", (said) => complaints.push(said.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${server.url}/docs`);
    return { page, requests, complaints };
  }

  const operation = (page: Page, verb: string, path: string) => page.locator(`details.operation:has(form[data-method="${verb}"][data-path="${path}"])`);

  async function tried(page: Page, verb: string, path: string, body?: string): Promise<{ head: string; text: string }> {
    const shown = operation(page, verb, path);
    await shown.locator("summary").first().click();
    if (body !== undefined) await shown.locator("textarea").fill(body);
    await shown.locator("button").click();
    const text = (await shown.locator("output pre").textContent())!;
    return { head: (await shown.locator("output p").textContent())!, text };
  }

  test.each([["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]] as const)("%s, %d px wide: every operation is on it, nothing is asked of others, nothing is complained of, nothing stands out", async (colorScheme, width) => {
    const { page, requests, complaints } = await open({ colorScheme, width });
    const shown = await page.locator("details.operation > summary").evaluateAll((all) => all.map((each: any) => `${each.querySelector(".verb").textContent} ${each.querySelector(".path").textContent}`));
    const described = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    expect(shown.sort()).toEqual(described.sort());
    await tried(page, "GET", "/health");
    await page.locator("details").evaluateAll((all) => all.forEach((each: any) => (each.open = true)));
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    expect(ground.match(/\d+/g)!.slice(0, 3).reduce((sum, each) => sum + Number(each), 0) > 380).toBe(colorScheme === "light");
    await page.locator("details").evaluateAll((all) => all.forEach((each: any, i) => (each.open = i === 0)));
    await page.screenshot({ path: `${screenshots}docs-${colorScheme}-${width}.png` });
    expect(requests).toEqual([`${server.url}/docs`, `${server.url}/health`]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("what is sent from it gets the API's own answer", async () => {
    const { page, complaints } = await open();
    const reading = JSON.stringify(message());
    const { head, text } = await tried(page, "POST", "/predict", reading);
    expect(head).toMatch(/^200 .*application\/json/);
    expect(JSON.parse(text)).toEqual(await (await service.post(message())).json());
    const index = await tried(page, "GET", "/v2");
    expect(JSON.parse(index.text)).toEqual(await (await service.app.request("/v2")).json());
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("parameters go where they belong, and what is refused is shown as the API refuses it", async () => {
    const { page } = await open();
    const shown = operation(page, "GET", "/v2/models/{model}");
    await shown.locator("summary").first().click();
    await shown.locator('input[name="model"]').fill("a/b");
    await shown.locator("button").click();
    expect(await shown.locator("output pre").textContent()).toContain("a/b");
    expect(await shown.locator("output p").textContent()).toMatch(/^404 /);
    await page.close();
  });

  test("the keyboard alone opens an operation and sends it", async () => {
    const { page } = await open();
    const shown = operation(page, "GET", "/livez");
    await shown.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await shown.locator("output pre").textContent()).toContain("alive");
    await page.close();
  });

  test("names that are markup make no element", () => {
    const evil = `"'><img src=x onerror=alert(1)>`;
    const page = docsPage({ info: { title: evil, version: evil, description: evil }, paths: { [`/${evil}`]: { get: { summary: evil, parameters: [{ name: evil, in: "query", description: evil }], responses: { [evil]: { description: evil } } } } } });
    expect(page).not.toContain("<img");
  });
});
