import { afterEach, expect, test, vi } from "vitest";
import { LiveFeed } from "../../../engine/live/live-feed.ts";
import type { Listener, LiveFilter } from "../../../engine/live/listener.ts";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { Metrics } from "../../../engine/monitoring/metrics.ts";
import { runEngine } from "../../../engine/runtime/engine.ts";
import { emptySummary } from "../../../engine/runtime/summary.ts";
import { runTask } from "../../../engine/runtime/task-runner.ts";
import { MemorySource } from "../../../engine/source/memory.ts";
import { kernel, READINGS, records, small } from "../../fixtures/crashing-task.ts";
import { emptyDisk, memoryPartition, memoryTaskLog } from "../../fixtures/memory-log.ts";
import { writeStump } from "../../fixtures/model.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const everything: LiveFilter = { kinds: null, sensors: null };

const feeds: LiveFeed[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const feed of feeds.splice(0)) feed.close();
});

function opened({ perSecond = 1000 } = {}): LiveFeed {
  const feed = new LiveFeed({ event: "fire", perSecond, now: () => Date.now() });
  feeds.push(feed);
  return feed;
}

const swap = (feed: LiveFeed, version: number) => feed.model({ version: String(version), trainedOn: "simulated" });

async function heard(listener: Listener) {
  const taken = await listener.take(0);
  return { missed: taken?.missed, events: (taken?.events ?? []).map(({ id, kind, sensor, data }) => ({ id, kind, sensor, data: JSON.parse(data) as Record<string, unknown> })) };
}

async function stumps() {
  const folder = await temporaryFolder();
  await writeStump(folder.file("m.json"), small, "b", 4);
  const models = new ModelStore({ kernel, pipeline: small, path: folder.file("m.json"), now: () => 0 });
  await models.refresh();
  return { models, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("predictions are paced by sensor, and their counts leave none out; windows and alerts come as their topics have them", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval"] });
  const feed = opened({ perSecond: 2 });
  const listener = feed.listen(everything, null)!;
  await using at = await stumps();
  const source = new MemorySource("readings", [records]);
  const summary = await runEngine({ kernel, pipeline: small, source, sinks: [], models: at.models, metrics: new Metrics(), watches: [feed.watch()], signal: new AbortController().signal, onOutput: (_, sums) => feed.follow(sums) });
  vi.advanceTimersByTime(1000);
  const { events, missed } = await heard(listener);
  expect(missed).toBe(0);
  const predictions = events.filter(({ kind }) => kind === "prediction");
  expect(new Set(predictions.map(({ sensor }) => sensor))).toEqual(new Set(["s0", "s1", "s2", "s3"]));
  expect(predictions.length).toBeLessThanOrEqual(4 * 3);
  expect(predictions.reduce((sum, { data }) => sum + (data["count"] as number), 0)).toBe(summary.predictions);
  expect(predictions.reduce((sum, { data }) => sum + (data["fire_count"] as number), 0)).toBeGreaterThan(0);
  expect(events.filter(({ kind }) => kind === "alert")).toHaveLength(summary.alerts);
  expect(summary.alerts).toBeGreaterThan(0);
  expect(events.find(({ kind }) => kind === "window")!.data).toMatchObject({ topic: "small_tops", sensor_id: expect.any(String), window_start: expect.any(String), top: expect.any(Number) });
  expect(events.findLast(({ kind }) => kind === "stats")!.data).toMatchObject({ readings: summary.readings, predictions: summary.predictions, dead_letters: summary.rejected, readings_per_second: summary.readings, lag_seconds: null });
});

test("what a task gives is heard once it is committed, and not before", async () => {
  await using at = await stumps();
  const feed = opened();
  const listener = feed.listen({ kinds: new Set(["prediction"]), sensors: null }, null)!;
  const disk = emptyDisk();
  const log = memoryTaskLog(disk, small);
  const gate = Promise.withResolvers<void>();
  const committing = Promise.withResolvers<void>();
  let commits = 0;
  const commit = log.commit.bind(log);
  log.commit = async (given) => {
    committing.resolve();
    if (commits++ === 0) await gate.promise;
    return commit(given);
  };
  const done = runTask(
    { kernel, pipeline: small, models: at.models, partition: 0, input: memoryPartition(records, () => 10), log, aside: null, commit: { intervalMs: 1, bytes: 1e6 }, snapshots: { intervalMs: 1e6 }, untilOffset: () => READINGS, now: () => 0, onOutput: () => {}, watch: feed.watch() },
    new AbortController().signal,
  );
  await committing.promise;
  expect((await heard(listener)).events).toEqual([]);
  gate.resolve();
  await done;
  expect((await heard(listener)).events.length).toBeGreaterThan(0);
});

test("who comes back with the id of the last event hears those after it, and how many are held no more", async () => {
  const feed = opened();
  const first = feed.listen(everything, null)!;
  for (let i = 0; i < 5; i++) swap(feed, i);
  const { events } = await heard(first);
  first[Symbol.dispose]();
  swap(feed, 5);
  const again = await heard(feed.listen(everything, events[3]!.id)!);
  expect([again.missed, again.events.map(({ data }) => data["model_version"])]).toEqual([0, ["4", "5"]]);
  for (let i = 6; i < 2000; i++) swap(feed, i);
  const late = feed.listen(everything, events[3]!.id)!;
  const { missed, events: rest } = await heard(late);
  expect(rest.length + missed!).toBe(1996);
  expect(rest.at(-1)!.data["model_version"]).toBe("1999");
  for (const unknown of ["", "x", "1", `${events[3]!.id}0000`]) expect(await heard(feed.listen(everything, unknown)!)).toEqual({ missed: null, events: [] });
});

test("a listener who does not take loses what comes beyond a bound, is told how much, and hears on", async () => {
  const feed = opened();
  const slow = feed.listen(everything, null)!;
  for (let i = 0; i < 5000; i++) swap(feed, i);
  const { events, missed } = await heard(slow);
  expect(events.length).toBeLessThanOrEqual(4096);
  expect(events.length + missed!).toBe(5000);
  swap(feed, 5000);
  expect((await heard(slow)).events.map(({ data }) => data["model_version"])).toEqual(["5000"]);
});

test("a listener hears the kinds and sensors that it asked for, and what is of no sensor", async () => {
  const feed = opened();
  const models = feed.listen({ kinds: new Set(["model"]), sensors: new Set(["s1"]) }, null)!;
  const alerts = feed.listen({ kinds: new Set(["alert"]), sensors: null }, null)!;
  swap(feed, 1);
  expect((await heard(models)).events).toHaveLength(1);
  expect((await heard(alerts)).events).toHaveLength(0);
});

test("nobody is heard before anybody listens, and half a minute after the last one has gone", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval"] });
  const feed = opened();
  expect(feed.isHeard).toBe(false);
  const listener = feed.listen(everything, null)!;
  swap(feed, 1);
  const [{ id } = { id: "" }] = (await heard(listener)).events;
  listener[Symbol.dispose]();
  vi.advanceTimersByTime(29_000);
  expect(feed.isHeard).toBe(true);
  vi.advanceTimersByTime(2_000);
  expect(feed.isHeard).toBe(false);
  expect((await heard(feed.listen(everything, id)!)).missed).toBe(null);
});

test("there are at most 64 listeners, and none once it is closed", async () => {
  const feed = opened();
  feed.follow(emptySummary());
  const all = Array.from({ length: 64 }, () => feed.listen(everything, null));
  expect(all.every(Boolean)).toBe(true);
  expect(feed.listen(everything, null)).toBeNull();
  feed.close();
  expect(await all[0]!.take(1000)).toBeNull();
  expect([feed.listeners, feed.listen(everything, null)]).toEqual([0, null]);
});
