import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const named = process.env["CHROMIUM"];
const onPath = (name: string) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
const candidates = named ? [named] : ["/usr/bin/chromium", "/usr/bin/chromium-browser", ...onPath("google-chrome")];

const path = candidates.find((each) => existsSync(each)) ?? null;

/** Null when there is a browser, else the reason why tests in one are skipped. */
export const chromiumAbsent = path === null ? `there is no Chromium at ${named ?? "/usr/bin/chromium, /usr/bin/chromium-browser or google-chrome"}; CHROMIUM=FILE names one` : null;
if (chromiumAbsent !== null) console.log(`tests in a browser SKIPPED: ${chromiumAbsent}`);

export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: path!, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] });
}
