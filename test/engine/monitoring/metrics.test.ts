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
  metrics.alert("critical");
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
      'mangrove_alerts_total{severity="critical"} 1',
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

test("a new model takes the place of the old one in model_info", async () => {
  const metrics = new Metrics();
  metrics.model({ version: "old", trainedOn: "simulated" });
  metrics.model({ version: "new", trainedOn: 'a "quoted" file' });
  const info = (await samples(metrics)).filter((line) => line.startsWith("mangrove_model_info"));
  expect(info).toEqual(['mangrove_model_info{version="new",trained_on="a \\"quoted\\" file"} 1']);
});

test("two Metrics count apart from each other", async () => {
  const one = new Metrics();
  const other = new Metrics();
  one.readings(1);
  expect(await samples(other)).toContain("mangrove_readings_total 0");
});

test("every metric carries the prefix, a help text and a unit or suffix of Prometheus' conventions", async () => {
  const text = await new Metrics().text();
  const help = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)];
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!]));
  expect(help.length).toBe(12);
  for (const [, name] of help) {
    expect(name).toMatch(/^mangrove_[a-z_]+$/);
    expect(name).toMatch({ counter: /_total$/, histogram: /_seconds$/, gauge: /_(seconds|info)$/ }[types.get(name!)!]!);
  }
});
