import { Gauge, type Registry } from "prom-client";
import { ALGORITHM } from "../../kernel-as/model/card.ts";
import { addComputed, type ComputedValue } from "./computed-metric.ts";

/*
 * Metrics by the names of the system that this one replaces, for dashboards and rules that stand already: seven of its API, ten of its simulator, and five that its
 * rules name and nothing ever told. All but the readings are metrics of ours under another name.
 */

interface Renamed {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly from: string;
  /** Its labels; those of ours that are left out are summed over. Null: not told. */
  readonly labels?: (ours: Record<string, string>) => Record<string, string> | null;
}

const renamed: readonly Renamed[] = [
  { name: "smoke_api_requests_total", help: "API requests.", type: "counter", from: "mangrove_http_requests_total", labels: ({ method, route, status }) => ({ method: method!, endpoint: route!, status: status! }) },
  { name: "smoke_api_request_duration_seconds", help: "Time of API requests.", type: "histogram", from: "mangrove_http_request_duration_seconds", labels: ({ method, route }) => ({ method: method!, endpoint: route! }) },
  { name: "smoke_api_errors_total", help: "API requests that failed, by status.", type: "counter", from: "mangrove_http_requests_total", labels: ({ status }) => (Number(status) >= 400 ? { error_type: status! } : null) },
  { name: "smoke_api_processing_time_seconds", help: "Time of requests for predictions.", type: "histogram", from: "mangrove_http_request_duration_seconds", labels: ({ route }) => (route!.startsWith("/predict") && route !== "/predictions/stats" ? {} : null) },
  { name: "smoke_api_model_info", help: "The model in use; always 1.", type: "gauge", from: "mangrove_model_info", labels: ({ version }) => ({ model_version: version!, model_type: ALGORITHM }) },
  { name: "data_processing_seconds", help: "Time of a batch of readings.", type: "histogram", from: "mangrove_batch_duration_seconds", labels: () => ({ operation: "batch" }) },
  { name: "processing_time_seconds", help: "Time of a batch of readings.", type: "histogram", from: "mangrove_batch_duration_seconds" },
  { name: "messages_processed_total", help: "Readings taken in and valid.", type: "counter", from: "mangrove_readings_total" },
  { name: "messages_failed_total", help: "Records that could not be decoded or validated.", type: "counter", from: "mangrove_dead_letters_total" },
  { name: "anomalies_detected_total", help: "Alerts of values unlike their sensor's recent ones.", type: "counter", from: "mangrove_anomalies_total" },
  { name: "data_quality_score", help: "How good the newest readings are, from 0 to 1.", type: "gauge", from: "mangrove_data_quality_ratio" },
];

const ofFields: readonly (readonly [name: string, field: string, help: string])[] = [
  ["smoke_detection_reading", "PM2.5", "PM2.5 of the newest reading, micrograms a cubic metre."],
  ["temperature_celsius", "Temperature[C]", "Temperature of the newest reading."],
  ["humidity_percent", "Humidity[%]", "Relative humidity of the newest reading."],
  ["tvoc_ppb", "TVOC[ppb]", "Volatile organic compounds of the newest reading."],
  ["eco2_ppm", "eCO2[ppm]", "Equivalent carbon dioxide of the newest reading."],
  ["pressure_hpa", "Pressure[hPa]", "Pressure of the newest reading."],
  ["pm1_0", "PM1.0", "PM1.0 of the newest reading, micrograms a cubic metre."],
  ["pm2_5", "PM2.5", "PM2.5 of the newest reading, micrograms a cubic metre."],
];

/** What is read off readings. */
interface ReadColumns {
  readonly count: number;
  readonly columns: readonly Float64Array[];
  readonly labels: Float64Array;
}

export class OriginalMetrics {
  readonly #fields: readonly string[];
  #fires = 0;
  #hasStream = false;
  readonly #newest = new Map<string, number>();
  readonly #asked: Gauge<"sensor_type">;
  readonly #predictions = new Map<string, number>();

  /** Adds them to what `registry` tells. `fields`: those of the pipeline's schema, in its order. */
  constructor(registry: Registry, fields: readonly string[]) {
    this.#fields = fields;
    for (const { name, help, type, from, labels = () => ({}) } of renamed) {
      addComputed(registry, { name, type, help, values: async () => summed(name, from, (await registry.getSingleMetric(from)!.get()).values as ComputedValue[], labels) });
    }
    for (const [name, field, help] of ofFields) {
      addComputed(registry, { name, type: "gauge", help, values: () => (this.#newest.has(field) ? [{ labels: {}, value: this.#newest.get(field)! }] : []) });
    }
    addComputed(registry, { name: "fire_alarm_total", type: "counter", help: "Readings of the stream whose label says fire.", values: () => (this.#hasStream ? [{ labels: {}, value: this.#fires }] : []) });
    const predictions = () => [...this.#predictions].map(([place, value]) => ({ labels: { prediction_type: place.split(" ")[0]!, result: place.split(" ")[1]! }, value }));
    addComputed(registry, { name: "smoke_api_predictions_total", type: "counter", help: "Predictions of the API.", values: predictions });
    this.#asked = new Gauge({ name: "smoke_api_sensor_readings", help: "Values of the reading that the API scored last.", labelNames: ["sensor_type"], registers: [registry] });
  }

  /** A batch of the stream. */
  read({ count, columns, labels }: ReadColumns): void {
    if (count === 0) return;
    this.#hasStream = true;
    for (const label of labels) if (label === 1) this.#fires++;
    this.#fields.forEach((field, i) => {
      const value = columns[i]![count - 1]!;
      if (!Number.isNaN(value)) this.#newest.set(field, value);
    });
  }

  /** Readings that the API has scored. */
  asked({ count, columns }: Omit<ReadColumns, "labels">, { isMany, fire }: { readonly isMany: boolean; readonly fire: number }): void {
    if (count === 0) return;
    const type = isMany ? "batch" : "single";
    for (const [result, more] of [["fire", fire], ["no_fire", count - fire]] as const) this.#predictions.set(`${type} ${result}`, (this.#predictions.get(`${type} ${result}`) ?? 0) + more);
    this.#fields.forEach((field, i) => {
      const value = columns[i]![count - 1]!;
      if (!Number.isNaN(value)) this.#asked.set({ sensor_type: field }, value);
    });
  }
}

/** Values of ours under other labels, those that have the same ones now added up. */
function summed(name: string, from: string, values: readonly ComputedValue[], labels: NonNullable<Renamed["labels"]>): ComputedValue[] {
  const sums = new Map<string, ComputedValue>();
  for (const { metricName = from, labels: ours, value } of values) {
    const theirs = labels(ours as Record<string, string>);
    if (theirs === null) continue;
    const told = { ...(ours["le"] !== undefined && { le: ours["le"] }), ...theirs };
    const at = metricName.replace(from, name);
    const key = JSON.stringify([at, told]);
    sums.set(key, { metricName: at, labels: told, value: (sums.get(key)?.value ?? 0) + value });
  }
  return [...sums.values()];
}
