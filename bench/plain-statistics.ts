/** A window of one sensor, as the topic has it. */
export type StatisticsRecord = Readonly<Record<string, string | number | null>>;

/** What is read of a batch: the fields of the smoke sensor in the schema's order, then the label. */
export interface PlainBatch {
  readonly sensors: Uint32Array;
  readonly timesMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** The smoke statistics as plain JavaScript has them: an object for every open window, which each of its readings changes. Runs on the same data as the kernel. */
export class PlainStatistics {
  readonly #sensors = new Map<number, { newestMs: number; windows: Map<number, PlainWindow> }>();
  readonly #sizeMs: number;
  readonly #hopMs: number;
  readonly #disorderMs: number;

  constructor(options: { readonly sizeMs: number; readonly hopMs: number; readonly maxOutOfOrdernessMs: number }) {
    this.#sizeMs = options.sizeMs;
    this.#hopMs = options.hopMs;
    this.#disorderMs = options.maxOutOfOrdernessMs;
  }

  push({ sensors, timesMs, columns }: PlainBatch): StatisticsRecord[] {
    const records: StatisticsRecord[] = [];
    for (let i = 0; i < sensors.length; i++) {
      const number = sensors[i]!;
      const timeMs = timesMs[i]!;
      let sensor = this.#sensors.get(number);
      if (!sensor) this.#sensors.set(number, (sensor = { newestMs: -Infinity, windows: new Map() }));
      const before = sensor.newestMs - this.#disorderMs;
      for (let startMs = Math.floor(timeMs / this.#hopMs) * this.#hopMs; startMs > timeMs - this.#sizeMs; startMs -= this.#hopMs) {
        if (startMs + this.#sizeMs <= before) break;
        let window = sensor.windows.get(startMs);
        if (!window) sensor.windows.set(startMs, (window = new PlainWindow()));
        window.add(columns, i);
      }
      if (timeMs <= sensor.newestMs) continue;
      sensor.newestMs = timeMs;
      for (const [startMs, window] of sensor.windows) {
        if (startMs + this.#sizeMs > timeMs - this.#disorderMs) continue;
        records.push(window.record(number, startMs, startMs + this.#sizeMs));
        sensor.windows.delete(startMs);
      }
    }
    return records;
  }
}

/** Running mean and spread (Welford, 1962), least and greatest. */
class Running {
  count = 0;
  mean = 0;
  squares = 0;
  min = Infinity;
  max = -Infinity;

  add(x: number): void {
    if (Number.isNaN(x)) return;
    this.count++;
    const d = x - this.mean;
    this.mean += d / this.count;
    this.squares += d * (x - this.mean);
    if (x < this.min) this.min = x;
    if (x > this.max) this.max = x;
  }

  get variance(): number | null {
    return this.count < 2 ? null : this.squares / (this.count - 1);
  }

  get deviation(): number | null {
    const variance = this.variance;
    return variance === null ? null : Math.sqrt(variance);
  }
}

class PlainWindow {
  records = 0;
  alarms = 0;
  /** Temperature, humidity, TVOC, eCO2, H2, ethanol, pressure, PM1.0, PM2.5: the first nine fields. */
  readonly fields = Array.from({ length: 9 }, () => new Running());
  readonly temperatures: number[] = [];
  readonly tvocs: number[] = [];

  add(columns: readonly Float64Array[], i: number): void {
    this.records++;
    for (let field = 0; field < 9; field++) this.fields[field]!.add(columns[field]![i]!);
    if (!Number.isNaN(columns[0]![i]!)) this.temperatures.push(columns[0]![i]!);
    if (!Number.isNaN(columns[2]![i]!)) this.tvocs.push(columns[2]![i]!);
    if (columns.at(-1)![i] === 1) this.alarms++;
  }

  record(sensor: number, startMs: number, endMs: number): StatisticsRecord {
    const [temperature, humidity, tvoc, eco2, h2, ethanol, pressure, pm1, pm25] = this.fields as [Running, Running, Running, Running, Running, Running, Running, Running, Running];
    const score = 100 - (this.records < 10 ? 20 : 0) - ((temperature.deviation ?? 1) < 0.1 ? 15 : 0) - (temperature.max > 100 ? 25 : 0) - (temperature.min < -50 ? 25 : 0);
    return {
      sensor_id: `sensor-${sensor}`,
      window_start: new Date(startMs).toISOString(),
      window_end: new Date(endMs).toISOString(),
      avg_temperature: temperature.mean,
      avg_humidity: humidity.mean,
      avg_tvoc: tvoc.mean,
      avg_eco2: eco2.mean,
      avg_pm25: pm25.mean,
      avg_pm10: pm1.mean,
      avg_pressure: pressure.mean,
      avg_h2: h2.mean,
      avg_ethanol: ethanol.mean,
      max_temperature: temperature.max,
      min_temperature: temperature.min,
      max_humidity: humidity.max,
      min_humidity: humidity.min,
      max_tvoc: tvoc.max,
      max_pm25: pm25.max,
      temp_stddev: temperature.deviation,
      humidity_stddev: humidity.deviation,
      tvoc_stddev: tvoc.deviation,
      temp_variance: temperature.variance,
      temp_median: percentile(this.temperatures, 0.5),
      tvoc_95th_percentile: percentile(this.tvocs, 0.95),
      record_count: this.records,
      fire_alarm_count: this.alarms,
      null_temperature_count: this.records - temperature.count,
      null_tvoc_count: this.records - tvoc.count,
      quality_score: Math.max(0, score),
    };
  }
}

function percentile(values: readonly number[], fraction: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}
