import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { kafkaAvailability } from "./broker/availability.ts";
import { startBroker } from "./broker/start.ts";
import { coverageFolder, LEAST_SHARE, lineShare, mergeWords } from "./runner/coverage.ts";
import { writeReport } from "./runner/report.ts";
import { ended, failuresOf, root, runTests, vitest, type Result } from "./runner/run-tests.ts";
import { helpText, readWords, type Asked } from "./runner/words.ts";

/*
 * `npm test`: the whole suite on Node, and on Bun and Deno all of it but what drives all three itself. `npm test -- --help` tells what else there is.
 */

const node = join(root, "node_modules", ".bin", "node");
const reportPath = join("test", "reports", "report.html");

async function main(asked: Asked): Promise<number> {
  const { suite, report, coverage, isWhole } = asked;
  const benches = suite.benches ?? [];
  const results = benches.length > 0 ? await runBenches(benches) : await runAll(asked);
  const sum = (what: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[what], 0);
  if (report) {
    await writeReport(join(root, reportPath), { suite: suite.name, results, date: new Date() });
    console.log(`\nThe report: ${reportPath}`);
  }
  let isThin = false;
  if (coverage) {
    const share = await lineShare(root);
    console.log(share === null ? "No coverage was kept." : `Lines of engine, trainer, api and kernel-as/host that ran: ${(100 * share).toFixed(1)} %; ${coverageFolder}/index.html shows them`);
    isThin = isWhole && (share ?? 0) < LEAST_SHARE;
    if (isThin) console.log(`That is below ${100 * LEAST_SHARE} %.`);
  }
  console.log("");
  for (const result of results) {
    console.log(`${result.runtime.padEnd(5)} ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
    for (const name of failuresOf(result)) console.log(`      FAILED ${name}`);
  }
  if (kafkaMissing !== null) console.log(`Kafka tests SKIPPED: ${kafkaMissing}`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
  return sum("failed") > 0 || sum("passed") === 0 || isThin ? 1 : 0;
}

/** Why there is no broker. */
let kafkaMissing: string | null = null;

/** Without a broker the suites say themselves what they skip, or fail in CI. */
async function runAll(asked: Asked): Promise<Result[]> {
  const kafka = await kafkaAvailability();
  if (kafka.kind === "absent") kafkaMissing = kafka.reason;
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mangrove-tests-"));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const noBroker = (thrown: unknown) => void (kafkaMissing = `no broker started: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  const broker = kafka.kind === "startable" ? await startBroker().catch(noBroker) : undefined;
  if (broker) open.use(broker);
  const servers = broker?.servers ?? (kafka.kind === "given" ? kafka.servers : undefined);
  const environment = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0", ...(servers !== undefined && { KAFKA_BROKERS: servers }) };
  const results: Result[] = [];
  for (const runtime of asked.runtimes) results.push(await runTests(runtime, asked, { environment, folder }));
  if (asked.coverage) await ended(node, [vitest, "run", ...mergeWords(folder)], environment);
  return results;
}

/** Each counts as a test: it passes when it has run to its end, beside what peers are there. Its tables are its answer. */
async function runBenches(benches: readonly string[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const name of benches) {
    const startedMs = performance.now();
    const code = await ended(node, [join(root, "bench", "run.ts"), name, "--runs", "3"], process.env);
    results.push({ runtime: name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, seconds: (performance.now() - startedMs) / 1000, files: [] });
  }
  return results;
}

try {
  const asked = readWords(process.argv.slice(2));
  if (asked === null) process.stdout.write(helpText());
  process.exitCode = asked === null ? 0 : await main(asked);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 2;
}
