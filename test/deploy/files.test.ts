import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { projectRoot } from "../fixtures/runtimes.ts";
import { prometheusFolder } from "../fixtures/prometheus.ts";
import { dashboard, rules, seriesIn } from "./series.ts";

const run = promisify(execFile);
const isThere = await run("promtool", ["--version"]).then(() => true, () => false);
if (!isThere) console.log("promtool's checks SKIPPED: there is no promtool; apt-get install prometheus");

test.skipIf(!isThere)("promtool takes the configuration and all rules", async () => {
  const { stdout } = await run("promtool", ["check", "config", "prometheus.yml"], { cwd: prometheusFolder });
  expect(stdout).toContain("3 rule files found");
});

test.skipIf(!isThere)("promtool's tests of the rules hold", async () => {
  const files = await readdir(join(prometheusFolder, "tests"));
  expect(files.length).toBeGreaterThan(0);
  const { stdout } = await run("promtool", ["test", "rules", ...files.map((name) => `tests/${name}`)], { cwd: prometheusFolder });
  expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
});

test("every alert is fired by a test, and the original's ten are there", async () => {
  const alerts = (await rules()).filter(({ kind }) => kind === "alert").map(({ name }) => name);
  const tests = (await Promise.all((await readdir(join(prometheusFolder, "tests"))).map((name) => readFile(join(prometheusFolder, "tests", name), "utf8")))).join("\n");
  const fired = new Set([...tests.matchAll(/alertname: (\w+)\n +exp_alerts:(?: &\w+)?\n/g)].map(([, name]) => name!));
  expect(alerts.filter((name) => !fired.has(name))).toEqual([]);
  expect(alerts).toEqual(expect.arrayContaining(["HighTemperature", "HighTVOC", "HighCO2", "HighPM25", "ProcessingDelay", "HighErrorRate", "LowProcessingRate", "PoorDataQuality", "HighAnomalyRate", "ServiceDown"]));
});

test("the original's recording rules are there", async () => {
  const records = (await rules()).filter(({ kind }) => kind === "record").map(({ name }) => name);
  expect(records).toEqual(expect.arrayContaining([...["temperature", "humidity", "tvoc", "eco2", "pressure", "pm"].map((field) => `sensor:${field}:avg`), "processing:time:avg", "job:messages_processed:rate5m", "job:messages_failed:rate5m", "job:error_rate:ratio", "job:processing_time:avg", "job:anomaly_rate:ratio", "job:data_quality:avg"]));
});

test("the dashboard asks the datasource that is provisioned, in panels that do not lie upon each other", async () => {
  const { uid, title, panels } = await dashboard();
  expect([uid, title]).toEqual(["smoke_detection", "Smoke Detection Dashboard"]);
  expect(panels.map((panel) => panel.title)).toEqual(expect.arrayContaining(["Smoke Detection Readings", "Current Smoke Level"]));
  const provisioned = /^ +uid: (\w+)/m.exec(await readFile(join(projectRoot, "deploy/grafana/provisioning/datasources/prometheus.yml"), "utf8"))![1];
  const asked = panels.flatMap(({ datasource, targets = [] }) => [datasource?.uid ?? [], ...targets.map((target) => target.datasource.uid)].flat());
  expect(new Set(asked)).toEqual(new Set([provisioned]));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`));
  expect(new Set(places).size).toBe(places.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

test.each<[string, string[]]>([
  ['sum by (job, le) (rate(a_total{x="y_total"}[5m])) / (b:c > 0) offset 1h', ["a_total", "b:c"]],
  ["time() - max(a_seconds) > 2 * 86400 unless b", ["a_seconds", "b"]],
  ["histogram_quantile(0.95, sum by (le) (rate(x_bucket[$__rate_interval])))", ["x_bucket"]],
])("the series of %s", (text, expected) => {
  expect(seriesIn({ where: "", text })).toEqual(expected);
});
