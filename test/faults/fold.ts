import type { RecordBatch } from "../../engine/source/source.ts";
import type { JournalEntry } from "../../engine/task/journal.ts";
import { keyOf } from "../../engine/source/record-batch.ts";
import { bound, clock, finalWindow, updatesWindow, type TopicKind } from "./pipeline.ts";

/** Something that must be, or is, in an output topic. What has the same `id` speaks of the same reading or window. */
export interface Item {
  readonly kind: TopicKind | "history";
  /** The sensor, or the key of a record that is no reading: what keeps its order. */
  readonly of: string;
  readonly id: string;
  readonly text: string;
}

interface Reading {
  readonly timeMs: number;
  readonly sequence: number;
  readonly value: number;
}

interface Window {
  readonly startMs: number;
  readonly readings: Reading[];
  told: boolean;
}

interface Sensor {
  watermarkMs: number;
  newestMs: number;
  heardMs: number;
  seen: number;
  total: number;
  finals: Window[];
  updates: Window[];
}

/**
 * What the pipeline must give of one partition, by the shortest way: every reading is kept until its windows are gone, and everything is looked at for every record. Shares no code with the
 * engine. Of predictions it knows that they are there, not what they say.
 */
export function expectedOf(batches: readonly RecordBatch[], journal: readonly JournalEntry[]): Item[] {
  const fold = new Fold();
  const steps = journal.filter((entry) => entry.kind === "advance");
  let next = 0;
  const stepUpTo = (offset: number) => {
    for (; next < steps.length && steps[next]!.offset <= offset; next++) fold.step(steps[next]!.appendNowMs);
  };
  for (const records of batches) {
    for (let i = 0; i < records.count; i++) {
      stepUpTo(records.offsets[i]!);
      fold.take(records, i);
    }
  }
  stepUpTo(Infinity);
  return fold.items;
}

class Fold {
  readonly items: Item[] = [];
  readonly #sensors = new Map<string, Sensor>();
  #nowMs = -Infinity;

  /** Append time comes to `nowMs`: the clocks of silent sensors run on. */
  step(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    const closed = [...this.#sensors].map(([name, sensor]) => {
      const silentMs = this.#nowMs - sensor.heardMs;
      if (silentMs >= clock.idleMs) sensor.watermarkMs = Math.max(sensor.watermarkMs, sensor.newestMs + silentMs - clock.outOfOrderMs);
      return this.#close(name, sensor);
    });
    this.items.push(...closed.flat());
  }

  take(records: RecordBatch, i: number): void {
    const [offset, appendTimeMs, partition] = [records.offsets[i]!, records.appendTimesMs[i]!, records.partition];
    const reading = readingOf(records.values.subarray(records.bounds[i], records.bounds[i + 1]), appendTimeMs);
    const name = keyOf(records, i)!;
    if (typeof reading === "string") return this.#put("dead", name, `${partition}_${offset}`, reading);
    this.step(appendTimeMs);
    const sensor = this.#sensors.get(name) ?? { watermarkMs: -Infinity, newestMs: -Infinity, heardMs: 0, seen: 0, total: 0, finals: [], updates: [] };
    this.#sensors.set(name, sensor);
    const { timeMs, sequence, value } = reading;

    this.#put("predictions", name, `${sequence}`, `${partition}/${offset}`);
    this.#put("running", name, `${sequence}`, `${++sensor.seen} ${(sensor.total += value)}`);
    if (value > bound) this.#put("bounds", name, `${partition}_${offset}`, `${value}`);
    intoWindows(sensor, sensor.finals, reading, finalWindow);
    const taken = intoWindows(sensor, sensor.updates, reading, updatesWindow);
    if (taken.length === 0) this.#put("late", name, `${sequence}`, `${value}`);
    for (const window of taken) if (window.told) this.items.push(resultOf("updates", name, window));

    sensor.newestMs = Math.max(sensor.newestMs, timeMs);
    sensor.heardMs = this.#nowMs;
    sensor.watermarkMs = Math.max(sensor.watermarkMs, sensor.newestMs - clock.outOfOrderMs);
    this.items.push(...this.#close(name, sensor));
  }

  #put(kind: TopicKind, of: string, id: string, text: string): void {
    this.items.push({ kind, of, id, text });
  }

  /** Windows that the watermark has come to the end of are told; those it has left behind are gone. */
  #close(name: string, sensor: Sensor): Item[] {
    const finals = sensor.finals.filter(({ startMs }) => sensor.watermarkMs >= startMs + finalWindow.sizeMs);
    sensor.finals = sensor.finals.filter((window) => !finals.includes(window));
    const updates = sensor.updates.filter(({ startMs, told }) => !told && sensor.watermarkMs >= startMs + updatesWindow.sizeMs);
    for (const window of updates) window.told = true;
    sensor.updates = sensor.updates.filter(({ startMs }) => sensor.watermarkMs < startMs + updatesWindow.sizeMs + updatesWindow.latenessMs);
    return [...byStart(finals).map((window) => resultOf("windows", name, window)), ...byStart(updates).map((window) => resultOf("updates", name, window))];
  }
}

/** The windows that took it. */
function intoWindows({ watermarkMs }: Sensor, windows: Window[], reading: Reading, { sizeMs, hopMs, latenessMs }: typeof finalWindow | typeof updatesWindow): Window[] {
  const taken: Window[] = [];
  for (let startMs = Math.floor(reading.timeMs / hopMs) * hopMs; startMs + sizeMs > reading.timeMs; startMs -= hopMs) {
    if (watermarkMs >= startMs + sizeMs + latenessMs) continue;
    let window = windows.find((each) => each.startMs === startMs);
    if (!window) windows.push((window = { startMs, readings: [], told: watermarkMs >= startMs + sizeMs }));
    window.readings.push(reading);
    taken.push(window);
  }
  return taken;
}

function byStart(windows: Window[]): Window[] {
  return windows.sort((a, b) => a.startMs - b.startMs);
}

function resultOf(kind: "windows" | "updates", of: string, { startMs, readings }: Window): Item {
  const inOrder = readings.toSorted((a, b) => a.timeMs - b.timeMs);
  const total = readings.reduce((sum, { value }) => sum + value, 0);
  return { kind, of, id: new Date(startMs).toISOString(), text: `${readings.length} ${inOrder[0]!.sequence} ${inOrder.at(-1)!.sequence} ${total}` };
}

const text = new TextDecoder("utf-8", { fatal: true });

/** A reading, or the code of what is wrong with the record. */
export function readingOf(bytes: Uint8Array, appendTimeMs: number): Reading | string {
  let message: { t: number; sequence: unknown; value: number };
  try {
    message = JSON.parse(text.decode(bytes)) as typeof message;
  } catch {
    return "MGV_JSON";
  }
  const { t: timeMs, sequence, value } = message;
  if (typeof sequence !== "number") return "MGV_FIELD_TYPE";
  return timeMs > appendTimeMs + clock.aheadMs ? "MGV_TIME_AHEAD" : { timeMs, sequence, value };
}
