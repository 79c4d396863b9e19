import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { kafkaAvailability } from "./broker/availability.ts";
import { startBroker } from "./broker/start.ts";

/*
 * `npm test`: the whole suite on Node, and on Bun and Deno all of it but what drives all three itself. Arguments go to vitest:
 * `npm test -- test/engine -t "late reading"`, `npm test -- --only bun`.
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const program = (name: string) => join(root, "node_modules", ".bin", name);

/** Tests that start every runtime themselves, a peer or a browser, wait for sessions to end, or start a broker again: once is enough. Members of groups on every runtime are in faults. */
const once = ["test/e2e/**", "test/faults/**", "test/parity/**", "test/browser/**", "test/engine/broker/membership/{membership,broker-away}.test.ts", "test/engine/broker/wire/unended.test.ts"];
const onNodeOnly = once.flatMap((pattern) => ["--exclude", pattern]);

const runtimes = {
  node: [program("node"), vitest, "run"],
  bun: [program("bun"), "--bun", vitest, "run", "--pool", "threads", ...onNodeOnly],
  deno: [program("deno"), "run", "-A", vitest, "run", "--pool", "forks", ...onNodeOnly],
};

interface Result {
  readonly runtime: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** `file > name` of each failed test, and each file that did not load. */
  readonly failures: readonly string[];
}

function chosenRuntimes(words: string[]): (keyof typeof runtimes)[] {
  const at = words.indexOf("--only");
  if (at === -1) return ["node", "bun", "deno"];
  const [, name] = words.splice(at, 2);
  if (name === "node" || name === "bun" || name === "deno") return [name];
  throw new Error("--only takes node, bun or deno");
}

/** Runs the suite on one runtime, shows what it prints, and reads from it the counts and what failed. */
function run(runtime: keyof typeof runtimes, words: readonly string[], environment: NodeJS.ProcessEnv): Promise<Result> {
  console.log(`\n── ${runtime} ${"─".repeat(70 - runtime.length)}`);
  const [command, ...args] = runtimes[runtime];
  return new Promise((resolve, reject) => {
    const child = spawn(command!, [...args, "--passWithNoTests", ...words], { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        process[stream].write(text);
        said[stream] += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      const line = plain(said.stdout).match(/^\s*Tests\s.*$/gm)?.at(-1) ?? "";
      const count = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0);
      const failed = count("failed");
      const failures = new Set(Array.from(plain(said.stderr).matchAll(/^ FAIL {2}(test\/.*)$/gm), ([, name]) => name!));
      // a run that dies, or fails outside of a test, is a failure even if every test that ran passed
      // that a filter finds nothing on one runtime is no failure; that it finds nothing at all is, below
      resolve({ runtime, passed: count("passed"), failed: code === 0 ? failed : Math.max(failed, 1), skipped: count("skipped"), failures: [...failures] });
    });
  });
}

function plain(text: string): string {
  return text.replaceAll(/\x1b\[\d+m/g, "");
}

/** Without one the suites say themselves what they skip, or fail in CI. */
function noBroker(thrown: unknown): null {
  kafka = { kind: "absent", reason: `no broker started: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  return null;
}

const words = process.argv.slice(2);
const chosen = chosenRuntimes(words);
const results: Result[] = [];
let kafka = await kafkaAvailability();
{
  await using broker = kafka.kind === "startable" ? await startBroker().catch(noBroker) : null;
  const servers = broker?.servers ?? (kafka.kind === "given" ? kafka.servers : undefined);
  const environment = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0", ...(servers !== undefined && { KAFKA_BROKERS: servers }) };
  for (const runtime of chosen) results.push(await run(runtime, words, environment));
}

const sum = (what: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[what], 0);
console.log("");
for (const { runtime, passed, failed, skipped, failures } of results) {
  console.log(`${runtime.padEnd(5)} ${passed} passed, ${failed} failed, ${skipped} skipped`);
  for (const name of failures) console.log(`      FAILED ${name}`);
}
if (kafka.kind === "absent") console.log(`Kafka tests SKIPPED: ${kafka.reason}`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
