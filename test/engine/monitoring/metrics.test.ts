import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";

/** The lines of the text that are samples, not comments. */
async function samples(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("counters without labels are there at zero before anything happens", async () => {
  const lines = await samples(new Metrics());
  expect(lines).toContain("mangrove_readings_total 0");
  expect(lines).toContain("mangrove_late_readings_total 0");
});

test("what happened is counted under its name and labels", async () => {
  const metrics = new Metrics();
  metrics.readings(5);
  metrics.readings(2);
  metrics.late(3);
  metrics.deadLetter("MGV_JSON");
  metrics.deadLetter("MGV_JSON");
  metrics.deadLetterAlert();
  metrics.alert({ kind: "fire", severity: "CRITICAL" });
  metrics.alert({ kind: "anomaly", severity: "HIGH" });
  metrics.predictions({ fire: 2, noFire: 5 }, "aaa");
  metrics.predictions({ fire: 1, noFire: 0 }, "aaa", "http");
  metrics.lastReading(1_654_733_331_500);
  metrics.httpRequest({ method: "GET", route: "/health", status: 200, seconds: 0.002 });
  expect(await samples(metrics)).toEqual(
    expect.arrayContaining([
      "mangrove_readings_total 7",
      "mangrove_late_readings_total 3",
      'mangrove_dead_letters_total{code="MGV_JSON"} 2',
      "mangrove_dead_letter_alerts_total 1",
      'mangrove_alerts_total{kind="fire",severity="CRITICAL"} 1',
      'mangrove_alerts_total{kind="anomaly",severity="HIGH"} 1',
      "mangrove_anomalies_total 1",
      'mangrove_predictions_total{result="fire",model_version="aaa",source="stream"} 2',
      'mangrove_predictions_total{result="no_fire",model_version="aaa",source="stream"} 5',
      'mangrove_predictions_total{result="fire",model_version="aaa",source="http"} 1',
      "mangrove_last_reading_timestamp_seconds 1654733331.5",
      'mangrove_http_requests_total{method="GET",route="/health",status="200"} 1',
      'mangrove_http_request_duration_seconds_count{method="GET",route="/health"} 1',
    ]),
  );
});

test("durations fall into buckets of seconds", async () => {
  const metrics = new Metrics();
  metrics.batch(0.002);
  metrics.batch(0.2);
  const lines = await samples(metrics);
  expect(lines).toContain('mangrove_batch_duration_seconds_bucket{le="0.001"} 0');
  expect(lines).toContain('mangrove_batch_duration_seconds_bucket{le="0.0025"} 1');
  expect(lines).toContain('mangrove_batch_duration_seconds_bucket{le="+Inf"} 2');
});

test("a new model takes the place of the old one, and has come into use once", async () => {
  const metrics = new Metrics();
  metrics.model({ version: "old", trainedOn: "simulated" }, 1000);
  metrics.model({ version: "new", trainedOn: 'a "quoted" file' }, 2000);
  metrics.model({ version: "new", trainedOn: 'a "quoted" file' }, 3000);
  const lines = (await samples(metrics)).filter((line) => line.startsWith("mangrove_model_"));
  expect(lines).toEqual(['mangrove_model_info{version="new",trained_on="a \\"quoted\\" file"} 1', "mangrove_model_loaded_timestamp_seconds 2"]);
});

test("jobs, and what they have found, are told; what is not known is not there", async () => {
  const metrics = new Metrics();
  expect((await samples(metrics)).filter((line) => /_(job|drift|data|model_performance)/.test(line))).toEqual([]);
  metrics.job({ name: "quality", outcome: "succeeded", seconds: 2, endedMs: 1_654_733_331_500 });
  metrics.job({ name: "quality", outcome: "failed", seconds: 3, endedMs: 1_654_733_400_000 });
  metrics.jobRetry("quality");
  metrics.drift([{ feature: "eCO2[ppm]", method: "wasserstein", distance: 0.4, psi: 0.2 }]);
  metrics.dataQuality(0.9);
  metrics.modelPerformance({ accuracy: 0.8, precision: 0.7, recall: 0.6 });
  metrics.modelPerformance({ accuracy: 0.9, precision: null, recall: null });
  const lines = (await samples(metrics)).filter((line) => /_(job|drift|data|model_performance)/.test(line));
  expect(lines).toEqual([
    'mangrove_job_runs_total{job="quality",outcome="succeeded"} 1',
    'mangrove_job_runs_total{job="quality",outcome="failed"} 1',
    'mangrove_job_retries_total{job="quality"} 1',
    'mangrove_job_duration_seconds{job="quality"} 3',
    'mangrove_job_last_success_timestamp_seconds{job="quality"} 1654733331.5',
    'mangrove_drift_distance{feature="eCO2[ppm]",method="wasserstein"} 0.4',
    'mangrove_drift_psi{feature="eCO2[ppm]"} 0.2',
    "mangrove_data_quality_ratio 0.9",
    'mangrove_model_performance_ratio{measure="accuracy"} 0.9',
  ]);
});

test("two Metrics count apart from each other", async () => {
  const one = new Metrics();
  const other = new Metrics();
  one.readings(1);
  expect(await samples(other)).toContain("mangrove_readings_total 0");
});

test("what nothing has measured is not told of", async () => {
  const metrics = new Metrics();
  const gauges = async () => [...(await metrics.text()).matchAll(/^# TYPE (mangrove_\S+) gauge$/gm)].map(([, name]) => name!).filter((name) => name !== "mangrove_http_requests_in_progress");
  const names = await gauges();
  expect(names.length).toBeGreaterThan(10);
  const before = await samples(metrics);
  expect(before.filter((line) => names.some((name) => line.startsWith(name)))).toEqual([]);
  metrics.modelPerformance({ accuracy: 0.9, recall: null });
  metrics.drift([{ feature: "Humidity", method: "wasserstein", distance: 0.2, psi: 0.3 }, { feature: "Gone", method: "ks", distance: 0.2, psi: 0.3 }]);
  metrics.drift([{ feature: "Humidity", method: "ks", distance: 0.1, psi: null }]);
  metrics.lag("readings", 3, 17);
  metrics.lag("readings", 4, 1);
  metrics.lag("readings", 4, null);
  const lines = (await samples(metrics)).filter((line) => names.some((name) => line.startsWith(name)));
  expect(lines.toSorted()).toEqual(['mangrove_consumer_lag_records{topic="readings",partition="3"} 17', 'mangrove_drift_distance{feature="Humidity",method="ks"} 0.1', 'mangrove_model_performance_ratio{measure="accuracy"} 0.9']);
});

test("runs of a job are counted by outcome, and a failure does not move the last success", async () => {
  const metrics = new Metrics();
  metrics.job({ name: "training", outcome: "succeeded", seconds: 12.5, endedMs: 5_000 });
  metrics.job({ name: "training", outcome: "failed", seconds: 1, endedMs: 9_000 });
  metrics.jobRetry("training");
  expect(await samples(metrics)).toEqual(
    expect.arrayContaining([
      'mangrove_job_runs_total{job="training",outcome="succeeded"} 1',
      'mangrove_job_runs_total{job="training",outcome="failed"} 1',
      'mangrove_job_retries_total{job="training"} 1',
      'mangrove_job_duration_seconds{job="training"} 1',
      'mangrove_job_last_success_timestamp_seconds{job="training"} 5',
    ]),
  );
});

test("probabilities are counted in tenths, each with its upper bound", async () => {
  const metrics = new Metrics();
  metrics.scores(Float32Array.of(0, 0.1, 0.25, 0.95, 1, NaN));
  const lines = (await samples(metrics)).filter((line) => line.startsWith("mangrove_prediction_score"));
  expect(lines.filter((line) => line.includes("bucket")).map((line) => Number(line.split(" ").at(-1)))).toEqual([1, 2, 3, 3, 3, 3, 3, 3, 3, 5, 5]);
  expect(lines).toContain("mangrove_prediction_score_count 5");
  expect(Number(lines.find((line) => line.startsWith("mangrove_prediction_score_sum"))!.split(" ")[1])).toBeCloseTo(2.3, 6);
});

test("the agreement of a trial is that of its readings so far, and that of the one before is gone", async () => {
  const metrics = new Metrics();
  const trial = { championAlerts: 0, challengerAlerts: 0 };
  metrics.trial({ version: "a", readings: 10, disagreements: 10, ...trial });
  metrics.trial({ version: "b", readings: 10, disagreements: 1, ...trial });
  metrics.trial({ version: "b", readings: 10, disagreements: 4, ...trial });
  expect((await samples(metrics)).filter((line) => line.startsWith("mangrove_trial_agreement"))).toEqual(['mangrove_trial_agreement_ratio{version="b"} 0.75']);
});

test("a commit says how long each batch has waited, and when readings were processed last", async () => {
  const metrics = new Metrics();
  metrics.committed([1000, 4900], 5000);
  const lines = await samples(metrics);
  expect(lines).toEqual(expect.arrayContaining(["mangrove_end_to_end_latency_seconds_count 2", "mangrove_end_to_end_latency_seconds_sum 4.1", 'mangrove_end_to_end_latency_seconds_bucket{le="0.1"} 1', "mangrove_last_processed_timestamp_seconds 5"]));
});

test("a route's counters are there before anything fails", async () => {
  const metrics = new Metrics();
  metrics.notificationsPending("pager", 2);
  metrics.notification("pager", "sent");
  const lines = (await samples(metrics)).filter((line) => line.includes("pager"));
  expect(lines).toEqual(['mangrove_notifications_sent_total{route="pager"} 1', 'mangrove_notification_retries_total{route="pager"} 0', 'mangrove_notifications_failed_total{route="pager"} 0', 'mangrove_notifications_pending{route="pager"} 2']);
});

test("what the process costs has the names that Prometheus' own libraries give it", async () => {
  const lines = await samples(new Metrics());
  const valueOf = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  expect(valueOf("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(valueOf("process_resident_memory_bytes")).toBeGreaterThan(1e6);
  expect(Math.abs(valueOf("process_start_time_seconds") - Date.now() / 1000)).toBeLessThan(3600);
});

test("every metric carries the prefix, a help text and a unit or suffix of Prometheus' conventions", async () => {
  const text = await new Metrics().text();
  const help = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)];
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
  expect(help.length).toBeGreaterThan(40);
  for (const [, name] of help) {
    expect(name).toMatch(/^(mangrove|process)_[a-z_]+$/);
    expect(name).toMatch({ counter: /_total$/, histogram: /_(seconds|score)$/, gauge: /_(seconds|info|ratio|records|bytes|fds|distance|psi|in_progress|alerts|pending)$/ }[types.get(name!)!]!);
  }
});
