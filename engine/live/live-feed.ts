import type { Summary } from "../runtime/summary.ts";
import { letterText, mergedLetters, type DeadLetterSample } from "./dead-letters.ts";
import { EventRing } from "./event-ring.ts";
import { EvidenceStore } from "./evidence-store.ts";
import { Latest, type LiveSnapshot } from "./latest.ts";
import { Listener, type LiveFilter } from "./listener.ts";
import type { LiveKind } from "./live-event.ts";
import { Pacer } from "./pacer.ts";
import { mergedPredictions, predictionText, type PredictionSample } from "./predictions.ts";
import { TaskWatch, type Seen, type WindowSample } from "./task-watch.ts";

const MOST_LISTENERS = 64;

/** So long after the last listener left events are still held, for one that comes back. */
const MEMORY_MS = 30_000;

const STATS_MS = 1000;

/** An engine in this process; topics that engines elsewhere write; or nothing but models. */
export type LiveOrigin = "engine" | "topics" | "none";

/**
 * What happens in the engine of this process, or on the topics of engines elsewhere, for whoever listens, as it happens. Nothing is computed while nobody does, and nobody who tells of something waits for a listener.
 */
export class LiveFeed {
  readonly #now: () => number;
  readonly #event: string;
  readonly #listeners = new Set<Listener>();
  readonly #predictions: Pacer<PredictionSample>;
  readonly #windows: Pacer<WindowSample>;
  readonly #letters: Pacer<DeadLetterSample>;
  readonly #latest = new Latest();
  /** What stood behind the newest alerts. */
  readonly evidence = new EvidenceStore();
  #eras = 0;
  #ring: EventRing;
  #isHeard = false;
  #leftMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #turned = Promise.withResolvers<void>();
  #lagMs: number | null = null;
  #summary: Summary | null = null;
  #origin: LiveOrigin = "none";
  #told = { readings: 0, atMs: 0 };

  /** `event`: what is predicted. `perSecond`: predictions of one sensor, and its windows of one topic, that are told of in a second. `now`: epoch ms. */
  constructor({ event, perSecond, now }: { event: string; perSecond: number; now: () => number }) {
    this.#event = event;
    this.#now = now;
    this.#ring = this.#newRing();
    const intervalMs = 1000 / perSecond;
    this.#predictions = new Pacer({ intervalMs, merge: mergedPredictions, tell: (sensor, sample) => this.#tellPrediction(sensor, predictionText(sensor, this.#event, sample)) });
    this.#windows = new Pacer({ intervalMs, merge: (_, now) => now, tell: (_, { sensor, text }) => this.#tell("window", sensor, text()) });
    this.#letters = new Pacer({ intervalMs, merge: mergedLetters, tell: (_, sample) => this.#tellLetter(sample) });
  }

  /** Whether somebody listens, or did a moment ago. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Where what is told comes from. */
  get origin(): LiveOrigin {
    return this.#origin;
  }

  /** The id of the newest event: who listens after it misses nothing. */
  get last(): string {
    return this.#ring.last;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** For one life of a task. */
  watch(): TaskWatch {
    return new TaskWatch({ isHeard: () => this.#isHeard, tell: (seen) => this.tell(seen), now: this.#now, evidence: this.evidence });
  }

  /** Resolves when somebody listens, or nobody does any more; or `signal` aborts. */
  async until(isHeard: boolean, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    while (this.#isHeard !== isHeard && !signal.aborted) await Promise.race([this.#turned.promise, aborted]);
  }

  /** The counts of the run, which go on. */
  follow(summary: Summary, origin: Exclude<LiveOrigin, "none"> = "engine"): void {
    this.#summary = summary;
    this.#origin = origin;
  }

  /** Another model is in use. */
  model(model: { readonly version: string; readonly trainedOn: string }): void {
    this.#tell("model", null, JSON.stringify({ model_version: model.version, trained_on: model.trainedOn, timestamp: this.#timestamp() }));
  }

  /** Null when there are too many listeners, or no more are taken. `after`: the id of the event that was heard last. Dispose of it. */
  listen(filter: LiveFilter, after: string | null): Listener | null {
    if (this.#isClosed || this.#listeners.size >= MOST_LISTENERS) return null;
    const listener = new Listener(filter, () => {
      this.#listeners.delete(listener);
      this.#leftMs = this.#now();
    });
    this.#listeners.add(listener);
    if (!this.#isHeard) this.#begin();
    if (after === null) return listener;
    const missed = this.#ring.after(after);
    for (const event of missed?.events ?? []) listener.offer(event);
    if (missed?.missed !== 0) listener.miss(missed?.missed ?? null);
    return listener;
  }

  /** What was told last. Whoever asks counts as one who listens for a while, so that there soon is more. */
  snapshot(): LiveSnapshot {
    if (!this.#isHeard && !this.#isClosed) this.#begin();
    this.#leftMs = this.#now();
    return this.#latest.snapshot(this.last);
  }

  /** Ends all listening. */
  close(): void {
    this.#isClosed = true;
    for (const listener of this.#listeners) listener[Symbol.dispose]();
    this.#end();
  }

  #turn(isHeard: boolean): void {
    this.#isHeard = isHeard;
    this.#turned.resolve();
    this.#turned = Promise.withResolvers();
  }

  #begin(): void {
    this.#turn(true);
    this.#told = { readings: this.#summary?.readings ?? 0, atMs: this.#now() };
    this.#timer = setInterval(() => this.#pulse(), STATS_MS).unref();
  }

  /** Ids of before lead nowhere from here on: what happens now is not seen. */
  #end(): void {
    this.#turn(false);
    this.#latest.forgetPredictions();
    if (this.#timer) clearInterval(this.#timer);
    this.#ring = this.#newRing();
  }

  #newRing(): EventRing {
    return new EventRing(`${Math.floor(this.#now()).toString(36)}.${this.#eras++}`);
  }

  #pulse(): void {
    const nowMs = this.#now();
    if (this.#listeners.size === 0 && nowMs - this.#leftMs >= MEMORY_MS) return this.#end();
    this.#predictions.sweep(nowMs);
    this.#windows.sweep(nowMs);
    this.#letters.sweep(nowMs);
    if (this.#summary) this.#tellStats(this.#summary, nowMs);
  }

  #tellStats({ readings, rejected, late, predictions, alerts }: Summary, nowMs: number): void {
    const seconds = Math.max(1, nowMs - this.#told.atMs) / 1000;
    const rate = Math.max(0, readings - this.#told.readings) / seconds;
    this.#told = { readings, atMs: nowMs };
    const lag = this.#lagMs === null ? null : this.#lagMs / 1000;
    this.#latest.stats = JSON.stringify({ timestamp: this.#timestamp(), readings_per_second: Number(rate.toFixed(1)), lag_seconds: lag, readings, predictions, alerts, late: this.#origin === "topics" ? null : late, dead_letters: rejected });
    this.#tell("stats", null, this.#latest.stats);
  }

  /** What has happened, and will not be taken back. */
  tell({ predictions, alerts, windows, letters, lagMs }: Seen): void {
    const nowMs = this.#now();
    if (lagMs !== null) this.#lagMs = lagMs;
    for (const { sensor, data } of alerts) {
      this.#latest.alert(data);
      this.#tell("alert", sensor, data);
    }
    for (const [code, sample] of letters) {
      if (this.#isHeard) this.#letters.add(code, sample, nowMs);
      else this.#tellLetter(sample);
    }
    if (!this.#isHeard) return;
    for (const [key, sample] of windows) this.#windows.add(key, sample, nowMs);
    for (const [sensor, sample] of predictions) this.#predictions.add(sensor, sample, nowMs);
  }

  #tellPrediction(sensor: string, data: string): void {
    this.#latest.prediction(sensor, data);
    this.#tell("prediction", sensor, data);
  }

  #tellLetter(sample: DeadLetterSample): void {
    const data = letterText(sample);
    this.#latest.letter(data);
    this.#tell("dead_letter", null, data);
  }

  #tell(kind: LiveKind, sensor: string | null, data: string): void {
    if (!this.#isHeard) return;
    const event = this.#ring.add({ kind, sensor, data });
    for (const listener of this.#listeners) listener.offer(event);
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}
