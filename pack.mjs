// `npm pack` runs this first: compiles the sources into `dist/` for Node, with types, and lays beside them what they read.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");
const wasm = join("kernel-as", "build", "release.wasm");

if (!existsSync(join(root, wasm))) fail("the kernel is not built; run `npm run build:kernel`");
rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(root, "tsconfig.package.json")], { stdio: ["ignore", 2, 2] });
if (status !== 0) fail("the sources do not compile");

// the compiler rewrites imports, not the addresses of threads
for (const file of below(dist).filter((path) => path.endsWith(".js"))) {
  const text = readFileSync(file, "utf8");
  const rewritten = text.replaceAll(/(new URL\("\.[^"]*)\.ts(", import\.meta\.url\))/g, "$1.js$2");
  if (rewritten !== text) writeFileSync(file, rewritten);
}
// of package.json only the version is read; what else stands there is for the package as a whole
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
writeFileSync(join(dist, "package.json"), `${JSON.stringify({ type: "module", version })}\n`);
const pages = below(join(root, "api")).filter((path) => [".css", ".html", ".js", ".svg"].includes(extname(path)));
for (const path of [...pages.map((each) => each.slice(root.length + 1)), wasm]) cpSync(join(root, path), join(dist, path));

function below(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
}

function fail(message) {
  console.error(`pack: ${message}`);
  process.exit(1);
}
