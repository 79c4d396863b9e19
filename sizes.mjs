// The last part of `npm run check`: how large the files are, and how many packages the program stands on. Fails for a file that has grown too large.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

const MOST_LINES = 300;

// one algorithm or one list of cases, which would not read better in pieces
const whole = new Set(["kernel-as/assembly/trailing/trailing.ts", "kernel-as/model/reference-train.ts", "test/commands/predict.test.ts", "test/conformance/broker.ts", "test/engine/history/task-history.test.ts"]);

const paths = execFileSync("git", ["ls-files", "*.ts", "*.mjs", "*.js", "*.css"], { encoding: "utf8" }).trim().split("\n");
const files = paths.filter((path) => !path.startsWith("test/goldens/")).map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }));
const sources = files.filter(({ path }) => !/^(test|bench)\//.test(path)).sort((a, b) => a.lines - b.lines);
const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const largest = sources.slice(-3).map(({ path, lines }) => `${path} (${lines})`);

console.log(`sizes: ${sources.length} files of sources, ${sources.reduce((sum, { lines }) => sum + lines, 0)} lines, half of the files below ${sources[Math.floor(sources.length / 2)].lines}; the largest: ${largest.reverse().join(", ")}`);
console.log(`       ${Object.keys(dependencies).length} packages to run, ${Object.keys(devDependencies).length} more to develop`);
const large = files.filter(({ path, lines }) => lines > MOST_LINES && !whole.has(path));
const small = [...whole].filter((path) => (files.find((each) => each.path === path)?.lines ?? 0) <= MOST_LINES);
for (const { path, lines } of large) console.error(`sizes: ${path} has ${lines} lines, more than ${MOST_LINES}: give each purpose a file of its own.`);
for (const path of small) console.error(`sizes: ${path} need not be named in sizes.mjs any more.`);
process.exitCode = large.length + small.length > 0 ? 1 : 0;
