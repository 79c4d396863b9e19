import { expect, test } from "vitest";
import { Metrics } from "../../../engine/monitoring/metrics.ts";

const FIELDS = ["Temperature[C]", "PM2.5"];

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const columns = (...values: number[][]) => values.map((column) => Float64Array.from(column));

test("the names of the original are told only where they are asked for", async () => {
  const metrics = new Metrics();
  metrics.readings(1);
  expect((await metrics.text()).match(/^(?!mangrove_|process_|#|$).*/gm)).toBeNull();
  metrics.tellOriginal(FIELDS);
  expect(await linesOf(metrics)).toContain("messages_processed_total 1");
});

test("all names that the original tells of, and those that its rules alone name, have values of their own", async () => {
  const metrics = new Metrics();
  metrics.tellOriginal(FIELDS);
  metrics.httpRequest({ method: "POST", route: "/predict", status: 200, seconds: 0.02 });
  metrics.httpRequest({ method: "POST", route: "/predict/batch", status: 422, seconds: 0.03 });
  metrics.httpRequest({ method: "GET", route: "/health", status: 200, seconds: 0.5 });
  metrics.model({ version: "abc", trainedOn: "simulated" }, 0);
  metrics.readings(7);
  metrics.batch(0.002);
  metrics.deadLetter("MGV_JSON");
  metrics.deadLetter("MGV_TIME");
  metrics.alert({ kind: "anomaly", severity: "HIGH" });
  metrics.dataQuality(0.9);
  metrics.original!.read({ count: 2, columns: columns([20, 30], [1, NaN]), labels: Float64Array.of(1, NaN) });
  metrics.original!.read({ count: 1, columns: columns([31], [7]), labels: Float64Array.of(1) });
  metrics.original!.asked({ count: 3, columns: columns([1, 2, 3], [4, 5, NaN]) }, { isMany: true, fire: 2 });
  metrics.original!.asked({ count: 1, columns: columns([9], [8]) }, { isMany: false, fire: 0 });
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'smoke_api_requests_total{method="POST",endpoint="/predict",status="200"} 1',
      'smoke_api_request_duration_seconds_bucket{le="0.025",method="POST",endpoint="/predict"} 1',
      'smoke_api_request_duration_seconds_sum{method="GET",endpoint="/health"} 0.5',
      'smoke_api_predictions_total{prediction_type="batch",result="fire"} 2',
      'smoke_api_predictions_total{prediction_type="batch",result="no_fire"} 1',
      'smoke_api_predictions_total{prediction_type="single",result="no_fire"} 1',
      'smoke_api_model_info{model_version="abc",model_type="gradient-boosted trees"} 1',
      'smoke_api_sensor_readings{sensor_type="PM2.5"} 8',
      'smoke_api_errors_total{error_type="422"} 1',
      "smoke_api_processing_time_seconds_count 2",
      "smoke_api_processing_time_seconds_sum 0.05",
      'smoke_api_processing_time_seconds_bucket{le="0.025"} 1',
      "fire_alarm_total 2",
      "smoke_detection_reading 7",
      "pm2_5 7",
      "temperature_celsius 31",
      'data_processing_seconds_count{operation="batch"} 1',
      "messages_processed_total 7",
      "messages_failed_total 2",
      "processing_time_seconds_count 1",
      "anomalies_detected_total 1",
      "data_quality_score 0.9",
    ]),
  );
});

test("what nothing has measured is absent under these names too", async () => {
  const metrics = new Metrics();
  metrics.tellOriginal(FIELDS);
  const lines = await linesOf(metrics);
  expect(lines.filter((line) => /^(data_quality_score|temperature_celsius|fire_alarm_total|humidity_percent|smoke_api_sensor)/.test(line))).toEqual([]);
});
