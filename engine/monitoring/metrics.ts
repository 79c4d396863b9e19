import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A batch takes from tens of microseconds to a second. */
const BATCH_SECONDS = [0.000_025, 0.000_1, 0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 1];

const REQUEST_SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What Prometheus may ask of a running process. Names and units follow its conventions; labels have few values, `model_version` one for each model since the start. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #readings = this.#counter("readings_total", "Readings taken in and valid.");
  readonly #deadLetters = this.#counter("dead_letters_total", "Records that could not be decoded or validated.", ["code"]);
  readonly #deadLetterAlerts = this.#counter("dead_letter_alerts_total", "Times that people were told of too many dead letters in a minute.");
  readonly #late = this.#counter("late_readings_total", "Readings older than their sensor's newest by more than the pipeline waits.");
  readonly #lateForWindows = this.#counter("late_for_windows_total", "Rows that came after all windows of a step that they belong to had gone.");
  readonly #predictions = this.#counter("predictions_total", "Predictions made, of the stream and for HTTP clients.", [
    "result",
    "model_version",
    "source",
  ]);
  readonly #alerts = this.#counter("alerts_total", "Alerts raised.", ["severity"]);
  readonly #batches = this.#histogram("batch_duration_seconds", "Time from the records of a batch to its outputs.", BATCH_SECONDS);
  readonly #lastReading = this.#gauge("last_reading_timestamp_seconds", "Latest event time of the batch processed last.");
  readonly #model = this.#gauge("model_info", "The model in use; always 1.", ["version", "trained_on"]);
  readonly #requests = this.#counter("http_requests_total", "HTTP requests answered.", ["method", "route", "status"]);
  readonly #requestSeconds = this.#histogram(
    "http_request_duration_seconds",
    "Time from an HTTP request's headers to its answer.",
    REQUEST_SECONDS,
    ["method", "route"],
  );

  readings(count: number): void {
    this.#readings.inc(count);
  }

  deadLetter(code: string): void {
    this.#deadLetters.inc({ code });
  }

  deadLetterAlert(): void {
    this.#deadLetterAlerts.inc();
  }

  late(count: number): void {
    this.#late.inc(count);
  }

  lateForWindows(count: number): void {
    this.#lateForWindows.inc(count);
  }

  predictions(counts: { fire: number; noFire: number }, modelVersion: string, source: "stream" | "http" = "stream"): void {
    this.#predictions.inc({ result: "fire", model_version: modelVersion, source }, counts.fire);
    this.#predictions.inc({ result: "no_fire", model_version: modelVersion, source }, counts.noFire);
  }

  alert(severity: string): void {
    this.#alerts.inc({ severity });
  }

  batch(seconds: number): void {
    this.#batches.observe(seconds);
  }

  lastReading(eventTimeMs: number): void {
    this.#lastReading.set(eventTimeMs / 1000);
  }

  /** Says which model is in use from now on. */
  model(model: { version: string; trainedOn: string }): void {
    this.#model.reset();
    this.#model.set({ version: model.version, trained_on: model.trainedOn }, 1);
  }

  /** `route` is the pattern that matched, never the path as the client wrote it. */
  httpRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestSeconds.observe({ method, route }, seconds);
  }

  /** All of it in Prometheus' text format, of the media type {@link contentType}. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `mangrove_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `mangrove_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string = never>(name: string, help: string, buckets: number[], labelNames: Label[] = []): Histogram<Label> {
    return new Histogram({ name: `mangrove_${name}`, help, buckets, labelNames, registers: [this.#registry] });
  }
}
