import { alloc, at, root, setRoot, touchAll, touchBoth, Arena } from "./arena";
import { createHeap } from "./heap";
import { FORGET_KEY, takeSilent, watch } from "./silence";
import { createTable, growTo, rowAt, rowsOf } from "./table";
import { hear, LAST_TIME_MS, Rules, startTicker, watermarkAt } from "./ticker";

/*
 * The event clock of a task: which readings are late, how far the watermark is, which sensors are forgotten.
 *
 *   root   f64 append time, the largest seen, NaN before there was any   8 the partition's clock [24]   32 u32 place of the sensors' table   36 u32 heap of silence
 *   row    0 clock [24]   24 f64 key in the heap   32 u32 1 where the sensor is known   36 u32 –
 */

const NOW: u32 = 0;
const PARTITION: u32 = 8;
const TABLE: u32 = 32;
const SILENCE: u32 = 36;
const ROOT_BYTES: u32 = 40;

const KNOWN: usize = 32;
const ROW_BYTES: u32 = 40;

/** Outside of the pages. */
@unmanaged
class EventClock {
  arena: Arena;
  place: u32;
  perPartition: u32;
  rules: Rules;
  forgotten: usize; // u32 record, u32 sensor, u32 1 where the sensor was heard again in the same batch
  forgottenCount: u32;
  forgottenRoom: u32;
}

/** The clock whose state is under root `number` of the arena, which begins anew if there is none. */
export function create(arenaPointer: usize, number: u32, perPartition: u32, disorderMs: f64, idleAfterMs: f64, forgetAfterMs: f64): usize {
  const clock = changetype<EventClock>(heap.alloc(offsetof<EventClock>()));
  const rules = changetype<Rules>(heap.alloc(offsetof<Rules>()));
  rules.disorderMs = disorderMs;
  rules.idleAfterMs = idleAfterMs;
  rules.forgetAfterMs = forgetAfterMs;
  const arena = changetype<Arena>(arenaPointer);
  clock.arena = arena;
  clock.perPartition = perPartition;
  clock.rules = rules;
  clock.forgottenRoom = 64;
  clock.forgotten = heap.alloc(64 * 12);
  clock.forgottenCount = 0;
  if (!root(arena, number)) {
    const place = alloc(arena, ROOT_BYTES);
    setRoot(arena, number, place);
    const state = at(arena, place);
    store<f64>(state, NaN, NOW);
    startTicker(state + PARTITION);
    store<u32>(state, createTable(arena, ROW_BYTES), TABLE);
    store<u32>(state, createHeap(arena), SILENCE);
    touchAll(arena, place, ROOT_BYTES);
  }
  clock.place = root(arena, number);
  return changetype<usize>(clock);
}

/** Frees what is outside of the pages. */
export function destroy(pointer: usize): void {
  const clock = changetype<EventClock>(pointer);
  heap.free(changetype<usize>(clock.rules));
  heap.free(clock.forgotten);
  heap.free(pointer);
}

/**
 * Takes in `rows` records: sensors u32, event and append times f64; writes `late` u8, 1 where the event time is before the watermark that was reached
 * before the record, and `watermarksMs` f64, the one after it. Returns how many sensors were forgotten: {@link forgottenAt}.
 */
export function push(pointer: usize, rows: u32, sensors: usize, timesMs: usize, appendTimesMs: usize, late: usize, watermarksMs: usize): u32 {
  const clock = changetype<EventClock>(pointer);
  const arena = clock.arena;
  const state = at(arena, clock.place);
  const table = load<u32>(state, TABLE);
  clock.forgottenCount = 0;
  for (let record: u32 = 0; record < rows; record++) {
    step(clock, load<f64>(appendTimesMs + (<usize>record << 3)), record);
    const nowMs = load<f64>(state, NOW);
    const sensor = load<u32>(sensors + (<usize>record << 2));
    const timeMs = load<f64>(timesMs + (<usize>record << 3));
    if (sensor >= rowsOf(arena, table)) growTo(arena, table, sensor);
    const place = rowAt(arena, table, sensor);
    const row = at(arena, place);
    if (!load<u32>(row, KNOWN)) startRow(row);
    const ticker = clock.perPartition ? state + PARTITION : row;
    const before = watermarkAt(clock.rules, ticker, nowMs);
    let after = before;
    let isLate = true;
    if (timeMs >= 0 && timeMs <= LAST_TIME_MS) {
      isLate = timeMs < before;
      after = hear(clock.rules, ticker, before, timeMs, nowMs);
      if (clock.perPartition) hear(clock.rules, row, -Infinity, timeMs, nowMs);
      store<u32>(row, 1, KNOWN);
      watch(arena, clock.rules, load<u32>(state, SILENCE), row, sensor);
      touchBoth(arena, place, ROW_BYTES);
    }
    store<u8>(late + <usize>record, isLate ? 1 : 0);
    store<f64>(watermarksMs + (<usize>record << 3), after);
  }
  if (rows > 0) touchAll(arena, clock.place, ROOT_BYTES);
  return tellWhoIsBack(clock);
}

/** Append time goes on to `appendNowMs` without a record; the sensors forgotten by it carry `record`. */
export function advance(pointer: usize, appendNowMs: f64, record: u32): u32 {
  const clock = changetype<EventClock>(pointer);
  clock.forgottenCount = 0;
  step(clock, appendNowMs, record);
  touchAll(clock.arena, clock.place, ROOT_BYTES);
  return clock.forgottenCount;
}

export function forgottenAt(pointer: usize): usize {
  return changetype<EventClock>(pointer).forgotten;
}

function startRow(row: usize): void {
  startTicker(row);
  store<f64>(row, Infinity, FORGET_KEY);
}

function step(clock: EventClock, appendMs: f64, record: u32): void {
  const state = at(clock.arena, clock.place);
  if (appendMs != appendMs || appendMs <= load<f64>(state, NOW)) return;
  store<f64>(state, appendMs, NOW);
  const table = load<u32>(state, TABLE);
  for (;;) {
    const sensor = takeSilent(clock.arena, clock.rules, load<u32>(state, SILENCE), table, appendMs);
    if (sensor < 0) return;
    const place = rowAt(clock.arena, table, <u32>sensor);
    store<u32>(at(clock.arena, place), 0, KNOWN);
    store<f64>(at(clock.arena, place), Infinity, FORGET_KEY);
    touchBoth(clock.arena, place, ROW_BYTES);
    tell(clock, record, <u32>sensor);
  }
}

function tell(clock: EventClock, record: u32, sensor: u32): void {
  if (clock.forgottenCount == clock.forgottenRoom) {
    const wider = heap.alloc(<usize>clock.forgottenRoom * 24);
    memory.copy(wider, clock.forgotten, <usize>clock.forgottenRoom * 12);
    heap.free(clock.forgotten);
    clock.forgotten = wider;
    clock.forgottenRoom <<= 1;
  }
  const entry = clock.forgotten + <usize>clock.forgottenCount * 12;
  store<u32>(entry, record);
  store<u32>(entry, sensor, 4);
  store<u32>(entry, 0, 8);
  clock.forgottenCount++;
}

function tellWhoIsBack(clock: EventClock): u32 {
  const table = load<u32>(at(clock.arena, clock.place), TABLE);
  for (let i: u32 = 0; i < clock.forgottenCount; i++) {
    const entry = clock.forgotten + <usize>i * 12;
    store<u32>(entry, load<u32>(at(clock.arena, rowAt(clock.arena, table, load<u32>(entry, 4))), KNOWN), 8);
  }
  return clock.forgottenCount;
}
