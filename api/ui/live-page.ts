import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { StaticFile } from "./static-file.ts";

const folder = new URL("./live/", import.meta.url);
const require = createRequire(import.meta.url);

const PAGE = "page.html";

/** Within the page, so that nothing else has to come before it can be seen. */
const style = readFileSync(new URL("live.css", folder), "utf8");

/** The page asks nobody but this server, and runs nothing but its own scripts. */
export const livePolicy = ["default-src 'none'", `style-src 'self' 'sha256-${createHash("sha256").update(style).digest("base64")}'`, "script-src 'self'", "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join("; ");

/** The live page: what `GET /` answers to browsers, and the files that it loads, by name. */
export function livePage(): { readonly page: StaticFile; readonly files: ReadonlyMap<string, StaticFile> } {
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const own = names.map((name) => [name, new StaticFile("js", new URL(name, folder))] as const);
  // modules that import each other would else be asked for one after another
  const preloads = names.map((name) => `<link rel="modulepreload" href="ui/${name}">`);
  const html = readFileSync(new URL(PAGE, folder), "utf8").replace("<!-- style -->", () => `<style>${style}</style>`).replace("<!-- modules -->", preloads.join(""));
  const files = new Map([...own, ["uplot.js", new StaticFile("js", pathToFileURL(require.resolve("uplot/dist/uPlot.iife.min.js")))], ["uplot.css", new StaticFile("css", pathToFileURL(require.resolve("uplot/dist/uPlot.min.css")))]] as const);
  return { page: new StaticFile("html", html), files };
}
