import { alloc, at, root, setRoot, touchAll } from "../state/arena";
import { createHeap, leastKey } from "../state/heap";
import { watch } from "../state/silence";
import { createTable, rowsOf } from "../state/table";
import { hear, HEARD, LAST_TIME_MS, lookFirstMs, startTicker, WATERMARK, watermarkAt } from "../state/ticker";
import { takeAligned } from "./aligned";
import { close, closeAll, closeSilent, schedule } from "./due";
import { forgetSensor, forgetSilent } from "./forget";
import { DUE, DUE_HEAP, HASH, KEPT, NOW, PARTITION, ROOT_BYTES, ROW_BYTES, SILENCE, TABLE } from "./panes";
import { FIELD_BYTES, Windows } from "./plan";
import { clearResults, Results, sortRows, writeColumns } from "./results";
import { rowPlace } from "./row";
import { takeSession } from "./session";

/*
 * The fold. For each record: those go whom the task has forgotten before it; append time goes on, with it the silent clocks, and what they close is told; silent sensors are forgotten; the
 * reading is taken in under the watermark that there was; the watermark goes on and closes windows.
 */

/** Begins the state under root `number` where there is none; false: there is one of another definition, with another hash. */
export function openState(windows: Windows, number: u32, hash: u32): bool {
  const arena = windows.arena;
  if (!root(arena, number)) setRoot(arena, number, newState(windows, hash));
  windows.place = root(arena, number);
  const state = at(arena, windows.place);
  if (windows.kept) changetype<Windows>(windows.kept).place = load<u32>(state, KEPT);
  return load<u32>(state, HASH) == hash;
}

function newState(windows: Windows, hash: u32): u32 {
  const arena = windows.arena;
  const place = alloc(arena, ROOT_BYTES);
  const state = at(arena, place);
  memory.fill(state, 0, ROOT_BYTES);
  store<f64>(state, NaN, NOW);
  startTicker(state + PARTITION);
  store<u32>(state, createTable(arena, ROW_BYTES), TABLE);
  store<u32>(state, createHeap(arena), SILENCE);
  store<u32>(state, createHeap(arena), DUE_HEAP);
  store<u32>(state, hash, HASH);
  if (windows.kept) store<u32>(state, newState(changetype<Windows>(windows.kept), 0), KEPT);
  touchAll(arena, place, ROOT_BYTES);
  return place;
}

/**
 * Takes in `rows` records: sensors u32, event and append times f64, for each field, then for each column that is kept, a u32 pointer to its f64 column; before record `forgottenRecords[i]`
 * sensor `forgottenSensors[i]` is forgotten, and its results carry `rows + i`. Writes the late records to `late` and returns how many.
 */
export function push(
  pointer: usize,
  rows: u32,
  sensors: usize,
  timesMs: usize,
  appendTimesMs: usize,
  columns: usize,
  forgottenRecords: usize,
  forgottenSensors: usize,
  forgottenCount: u32,
  late: usize,
): u32 {
  const windows = changetype<Windows>(pointer);
  const results = changetype<Results>(windows.results);
  clearResults(results);
  if (windows.kept) changetype<Windows>(windows.kept).columns = columns + <usize>(windows.fields << 2);
  for (let i: usize = 0; i < <usize>windows.fields; i++) store<u32>(windows.fieldsAt + i * FIELD_BYTES, load<u32>(columns + (i << 2)));
  let lateCount: u32 = 0;
  let forgotten: u32 = 0;
  for (let record: u32 = 0; record <= rows; record++) {
    const told = results.count;
    while (forgotten < forgottenCount && (record == rows || load<u32>(forgottenRecords + (<usize>forgotten << 2)) <= record)) {
      windows.record = rows + forgotten;
      forgetSensor(windows, load<u32>(forgottenSensors + (<usize>forgotten << 2)));
      forgotten++;
    }
    windows.record = record;
    if (record < rows) step(windows, load<f64>(appendTimesMs + (<usize>record << 3)));
    if (record < rows && !take(windows, load<u32>(sensors + (<usize>record << 2)), record, load<f64>(timesMs + (<usize>record << 3)))) {
      store<u32>(late + (<usize>lateCount << 2), record);
      lateCount++;
    }
    if (results.count > told + 1) sortRows(results, told);
  }
  touchRoots(windows);
  return lateCount;
}

/** Where the readings of results begin. */
export function resultReadingsAt(pointer: usize): usize {
  return changetype<Results>(changetype<Windows>(pointer).results).readings;
}

/** Append time goes on to `appendNowMs` without a record. Results carry `record`. */
export function advance(pointer: usize, appendNowMs: f64, record: u32): void {
  const windows = begin(pointer, record);
  step(windows, appendNowMs);
  finish(windows);
}

/** Sensors (u32) are forgotten: their windows are told, their state is freed. */
export function forget(pointer: usize, sensors: usize, count: u32, record: u32): void {
  const windows = begin(pointer, record);
  for (let i: u32 = 0; i < count; i++) forgetSensor(windows, load<u32>(sensors + (<usize>i << 2)));
  finish(windows);
}

/** All sensors are forgotten. */
export function end(pointer: usize, record: u32): void {
  const windows = begin(pointer, record);
  const sensors = rowsOf(windows.arena, load<u32>(at(windows.arena, windows.place), TABLE));
  for (let sensor: u32 = 0; sensor < sensors; sensor++) forgetSensor(windows, sensor);
  finish(windows);
}

/** Writes the results of the last call as columns; returns how many rows they have. */
export function results(pointer: usize): u32 {
  return writeColumns(changetype<Results>(changetype<Windows>(pointer).results));
}

export function resultsAt(pointer: usize): usize {
  return changetype<Results>(changetype<Windows>(pointer).results).columns;
}

function begin(pointer: usize, record: u32): Windows {
  const windows = changetype<Windows>(pointer);
  clearResults(changetype<Results>(windows.results));
  windows.record = record;
  return windows;
}

function finish(windows: Windows): void {
  sortRows(changetype<Results>(windows.results), 0);
  touchRoots(windows);
}

function touchRoots(windows: Windows): void {
  touchAll(windows.arena, windows.place, ROOT_BYTES);
  if (windows.kept) touchAll(windows.arena, changetype<Windows>(windows.kept).place, ROOT_BYTES);
}

/** Append time goes on. */
// @ts-ignore: decorator
@inline
function step(windows: Windows, appendMs: f64): void {
  const state = at(windows.arena, windows.place);
  if (appendMs != appendMs || appendMs <= load<f64>(state, NOW)) return;
  store<f64>(state, appendMs, NOW);
  if (windows.perPartition) {
    const reached = load<f64>(state + PARTITION, WATERMARK);
    const watermark = watermarkAt(windows.rules, state + PARTITION, appendMs);
    store<f64>(state + PARTITION, watermark, WATERMARK);
    if (watermark > reached) closeAll(windows, reached, watermark);
  } else if (leastKey(windows.arena, load<u32>(state, DUE_HEAP)) <= appendMs) closeSilent(windows, appendMs);
  if (leastKey(windows.arena, load<u32>(state, SILENCE)) <= appendMs) forgetSilent(windows, appendMs);
}

/** One reading; false: it is late. */
// @ts-ignore: decorator
@inline
function take(windows: Windows, sensor: u32, record: u32, timeMs: f64): bool {
  if (!(timeMs >= 0 && timeMs <= LAST_TIME_MS)) return false;
  const arena = windows.arena;
  const state = at(arena, windows.place);
  const row = at(arena, rowPlace(windows, sensor));
  const nowMs = load<f64>(state, NOW);
  const ticker = windows.perPartition ? state + PARTITION : row;
  const before = watermarkAt(windows.rules, ticker, nowMs);
  const taken = windows.session ? takeSession(windows, row, sensor, record, timeMs, before) : takeAligned(windows, row, sensor, record, timeMs, before);
  const after = hear(windows.rules, ticker, before, timeMs, nowMs);
  if (windows.perPartition) {
    store<f64>(row, nowMs, HEARD);
    schedule(arena, load<u32>(state, DUE_HEAP), row, sensor, load<f64>(row, DUE));
    if (after > before) closeAll(windows, before, after);
  } else {
    if (after >= load<f64>(row, DUE)) close(windows, row, sensor, before, after);
    if (load<f64>(row, DUE) < Infinity) schedule(arena, load<u32>(state, DUE_HEAP), row, sensor, lookFirstMs(windows.rules, row));
  }
  watch(arena, windows.rules, load<u32>(state, SILENCE), row, sensor);
  return taken;
}
