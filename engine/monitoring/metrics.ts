import { ModelMetrics } from "./model-metrics.ts";
import { OriginalMetrics } from "./original-metrics.ts";
import { addProcessMetrics } from "./process-metrics.ts";
import { RequestMetrics } from "./request-metrics.ts";

/** A batch takes from tens of microseconds to a second. */
const BATCH_SECONDS = [0.000_025, 0.000_1, 0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 1];

/** Outputs wait for their commit; a stream that catches up is minutes behind. */
const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

const REQUEST_SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What Prometheus may ask of a running process. */
export class Metrics extends ModelMetrics {
  readonly #readings = this.counter("readings_total", "Readings taken in and valid.");
  readonly #deadLetters = this.counter("dead_letters_total", "Records that could not be decoded or validated.", ["code"]);
  readonly #deadLetterAlerts = this.counter("dead_letter_alerts_total", "Times that people were told of too many dead letters in a minute.");
  readonly #late = this.counter("late_readings_total", "Readings older than their sensor's newest by more than the pipeline waits.");
  readonly #lateForWindows = this.counter("late_for_windows_total", "Rows that came after all windows of a step that they belong to had gone.");
  readonly #windows = this.counter("windows_emitted_total", "Rows of windows that were given.", ["topic"]);
  readonly #batches = this.histogram("batch_duration_seconds", "Time from the records of a batch to its outputs.", BATCH_SECONDS);
  readonly #latency = this.histogram("end_to_end_latency_seconds", "From the append of a batch's first record to the commit of its outputs; one observation a batch.", LATENCY_SECONDS);
  readonly #lastReading = this.gauge("last_reading_timestamp_seconds", "Latest event time of the batch processed last.");
  readonly #lastProcessed = this.gauge("last_processed_timestamp_seconds", "When outputs of readings were committed last.");
  readonly #lag = this.gauge("consumer_lag_records", "Records of a partition that this process has and has not read yet.", ["topic", "partition"]);
  readonly #build = this.gauge("build_info", "What runs; always 1.", ["version", "runtime", "runtime_version"]);
  #original: OriginalMetrics | null = null;
  readonly #requests = new RequestMetrics(this.registry, {
    prefix: "mangrove_http",
    bucketSeconds: REQUEST_SECONDS,
    help: { requests: "HTTP requests answered.", seconds: "Time from an HTTP request's headers to its answer.", inProgress: "HTTP requests that are being answered." },
  });

  constructor() {
    super();
    addProcessMetrics(this.registry);
  }

  /** Tells metrics by the names of the system that this one replaces, too. `fields`: those of the pipeline's schema, in its order. */
  tellOriginal(fields: readonly string[]): void {
    this.#original = new OriginalMetrics(this.registry, fields);
  }

  /** Null unless they are told. */
  get original(): OriginalMetrics | null {
    return this.#original;
  }

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

  windows(topic: string, count: number): void {
    this.#windows.inc({ topic }, count);
  }

  batch(seconds: number): void {
    this.#batches.observe(seconds);
  }

  /** Outputs of readings were committed, at `nowMs` since the epoch. `appendedMs`: of the first record of each batch; those without an append time are none. */
  committed(appendedMs: readonly number[], nowMs: number): void {
    for (const each of appendedMs) this.#latency.observe(Math.max(0, nowMs - each) / 1000);
    this.#lastProcessed.set(nowMs / 1000);
  }

  lastReading(eventTimeMs: number): void {
    this.#lastReading.set(eventTimeMs / 1000);
  }

  /** Null: the partition is another's now. */
  lag(topic: string, partition: number, records: number | null): void {
    const labels = { topic, partition: String(partition) };
    if (records === null) this.#lag.remove(labels);
    else this.#lag.set(labels, records);
  }

  build({ version, runtime, runtimeVersion }: { readonly version: string; readonly runtime: string; readonly runtimeVersion: string }): void {
    this.#build.set({ version, runtime, runtime_version: runtimeVersion }, 1);
  }

  /** `route` is the pattern that matched, never the path as the client wrote it. */
  httpRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    this.#requests.count(request);
  }

  /** A request has come in; to be called again with -1 once it is answered. */
  httpInProgress(change: 1 | -1): void {
    this.#requests.inProgress(change);
  }
}
