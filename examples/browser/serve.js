import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL(".", import.meta.url));
const mangrove = fileURLToPath(new URL("../", import.meta.resolve("mangrove/browser")));
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

// what is no address, such as /%, is all that give throws for
const server = createServer((request, answer) => void give(request.url, answer).catch(() => answer.writeHead(400).end()));

async function give(url, answer) {
  const { pathname } = new URL(url, "http://localhost");
  const folder = pathname.startsWith("/mangrove/") ? mangrove : page;
  const file = resolve(folder, `.${pathname === "/" ? "/index.html" : decodeURI(pathname.replace(/^\/mangrove/, ""))}`);
  const bytes = file.startsWith(resolve(folder) + sep) ? await readFile(file).catch(() => null) : null;
  answer.writeHead(bytes === null ? 404 : 200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'" });
  answer.end(bytes ?? "");
}

server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => console.error(`page  http://localhost:${server.address().port}/`));
