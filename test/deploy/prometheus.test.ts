import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { message } from "../api/service.ts";
import { stumpModel } from "../fixtures/model.ts";
import { prometheusAbsent, startPrometheus } from "../fixtures/prometheus.ts";
import { startReceiver } from "../fixtures/receiver.ts";
import { start, type RunningProgram } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { dashboard, exported, matchersIn, rules, seriesIn } from "./series.ts";

let up: RunningProgram;
let url: string;
const held = new AsyncDisposableStack();

beforeAll(async () => {
  const folder = held.use(await temporaryFolder());
  const receiver = held.use(await startReceiver());
  await writeFile(folder.file("model.json"), sureModel());
  const env = { MANGROVE_ALERT_WEBHOOK: receiver.url, MANGROVE_ORIGINAL_METRICS: "true" };
  up = held.use(start("node", ["mangrove.ts", "up", "--port", "0", "--source", "http", "--state", "state", "--model-path", "model.json", "--commit-interval", "20"], { cwd: folder.path, env }));
  url = (await up.seen(/api {5}(http:\S+)/))[1]!;
  await up.seen(/engine {2}POST \/readings/);
});

afterAll(() => held.disposeAsync());

/** One whose fires are critical: probability 0.95. */
function sureModel(): string {
  const model = JSON.parse(stumpModel(smoke, "eCO2[ppm]", 420).text) as { learner: { gradient_booster: { model: { trees: { split_conditions: number[] }[] } } } };
  model.learner.gradient_booster.model.trees[0]!.split_conditions[2] = 3;
  return JSON.stringify(model);
}

const send = async (path: string, body: unknown) => {
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  expect(response.status, await response.text()).toBeLessThan(300);
};

const scrape = async () => (await fetch(`${url}/metrics`)).text();

const burning = (sensor: string, changes: object = {}) => message({ UTC: 1_654_733_331, "eCO2[ppm]": 500, sensor_id: sensor, ...changes });

/** What Prometheus itself adds. */
const own = new Set(["up", "ALERTS"]);

test("every series that rules and dashboard name is told by a running system, with the labels that they ask for", async () => {
  await send("/readings", burning("kitchen"));
  await send("/predict", burning("kitchen"));
  await send("/predict/batch", [burning("kitchen"), burning("attic")]);
  await expect.poll(scrape).toContain('mangrove_notifications_sent_total{route="webhook"} 1');
  const { series, labels } = exported(await scrape());
  const all = await rules();
  const recorded = new Set(all.filter(({ kind }) => kind === "record").map(({ name }) => name));
  const expressions = [...all.map(({ expression }) => expression), ...(await dashboard()).expressions];
  expect(expressions.length).toBeGreaterThan(80);
  const unknown = expressions.flatMap((expression) => seriesIn(expression).filter((name) => !series.has(name) && !recorded.has(name) && !own.has(name)).map((name) => `${name} in ${expression.where}`));
  expect(unknown).toEqual([]);
  // `job`, `instance` and what they push aside are Prometheus' own
  const lacking = expressions.flatMap((expression) => matchersIn(expression).filter(({ series: name, label }) => labels.has(name) && !/^(job|instance|exported_job)$/.test(label) && !labels.get(name)!.has(label)).map(({ series: name, label }) => `${name}{${label}} in ${expression.where}`));
  expect(lacking).toEqual([]);
  // what is there from the start of a stream on, that the rules rest upon
  for (const name of ["mangrove_readings_total", "mangrove_batch_duration_seconds_count", "mangrove_end_to_end_latency_seconds_bucket", "mangrove_last_processed_timestamp_seconds", "mangrove_alerts_total", "mangrove_open_alerts", "mangrove_predictions_total", "mangrove_prediction_score_bucket", "mangrove_http_requests_total", "mangrove_model_info", "mangrove_model_loaded_timestamp_seconds", "mangrove_build_info", "temperature_celsius", "messages_processed_total", "process_cpu_seconds_total"]) {
    expect(labels.has(name), name).toBe(true);
  }
});

test.skipIf(prometheusAbsent !== null)("Prometheus scrapes the running system, takes all rules, and the critical alert fires", async () => {
  await using prometheus = await startPrometheus(new URL(url).host);
  await expect.poll(() => prometheus.query("up")).toEqual([1]);
  await expect.poll(() => prometheus.query('mangrove_alerts_total{kind="fire", severity="CRITICAL"}')).toHaveLength(1);
  // the first one that is seen is an increase, as the series is there at 0
  await send("/readings", burning("cellar"));
  await expect.poll(async () => (await prometheus.rules()).every(({ health }) => health === "ok")).toBe(true);
  expect((await prometheus.rules()).map(({ name }) => name).toSorted()).toEqual((await rules()).map(({ name }) => name).toSorted());
  await expect.poll(prometheus.firing).toContainEqual(expect.objectContaining({ alertname: "CriticalAlertRaised", severity: "critical", kind: "fire", job: "mangrove" }));
  await expect.poll(() => prometheus.query("job:messages_processed:rate5m")).toHaveLength(1);
});
