import { readRow } from "./csv";
import { heard, refresh } from "./heard";
import { isoTimeMs } from "./iso";
import { readObject } from "./json";
import { ABSENT, ESCAPED, FALSE, MAY_BE_ABSENT, NEVER, NULL, NULL_TEXT, NUMBER, SCRATCH, TEXT, TRUE, Plan } from "./plan";
import { isUtf8, unescape } from "./text";

/*
 * Messages to columns. The kernel either gives exactly what the oracle (engine/decode) gives, or leaves the record to it: whatever is wrong with a record, and what is
 * right but rare, namely
 *   numbers of more than 19 digits, and in CSV whatever else `Number` takes (spaces, hexadecimal, +1, .5, 007)
 *   nesting of more than 64 levels, keys and names with half a surrogate pair, escaped strings above 1 KiB where they mean something
 *   names of sensors of more than 255 bytes, and those that are numbers but not whole ones of up to 15 digits
 *   times and labels that are escaped
 */

/** The latest time that a JavaScript date can have. */
const LATEST_MS: f64 = 8.64e15;

/** Where times are in seconds, a number from here on is none, but milliseconds; as engine/decode/value.ts has it. */
const FIRST_MS: f64 = 1e11;

const LONGEST_NAME: usize = 255;
const NOBODY: u32 = 0xffffffff;

/** The number of the sensor of readings that name none; looked up when the batch has one. */
let namelessNumber: u32 = NOBODY;

/** The first of some keys that the message has; -1 if it has none. */
// @ts-ignore: decorator
@inline
function firstOf(plan: Plan, keys: usize, count: u32): i32 {
  for (let i: usize = 0; i < <usize>count; i++) {
    const key = load<u32>(keys + (i << 2));
    if (load<u8>(plan.tags + <usize>key)) return key;
  }
  return -1;
}

/**
 * Decodes `count` records of `values` (record i from bounds[i] to bounds[i + 1], relative to `values`) into columns of as many rows: fields, event times, labels, append
 * times (filled in), offsets, sensors as u32, and a byte that is 1 where the record is left to the oracle. Returns how many are. `name` is the name of readings
 * that name no sensor. Writes the byte after each record and puts it back; reads at most 64 bytes past the last.
 */
export function decode(
  pointer: usize,
  arena: usize,
  dictionary: u32,
  count: u32,
  values: usize,
  bounds: usize,
  keys: usize,
  keyBounds: usize,
  name: usize,
  nameLength: u32,
  out: usize,
): u32 {
  const plan = changetype<Plan>(pointer);
  const column = <usize>count << 3;
  const times = out + column * plan.fields;
  const sensors = times + column * 4;
  const status = sensors + (<usize>count << 2);
  let unsure: u32 = 0;
  namelessNumber = NOBODY;
  refresh(plan, arena, dictionary);
  for (let row: usize = 0; row < <usize>count; row++) {
    const first = values + <usize>load<u32>(bounds + (row << 2));
    const end = values + <usize>load<u32>(bounds + (row << 2), 4);
    const key = keys + <usize>load<u32>(keyBounds + (row << 2));
    const keyEnd = keys + <usize>load<u32>(keyBounds + (row << 2), 4);
    if (end < first || keyEnd < key) unreachable(); // what lies within the first and the last bound is there
    let number = NOBODY;
    if (read(plan, first, end) && resolve(plan, out + (row << 3), column, times + (row << 3))) {
      number = sensorOf(plan, arena, dictionary, key, keyEnd, name, nameLength);
    }
    store<u32>(sensors + (row << 2), number);
    store<u8>(status + row, u8(number == NOBODY));
    unsure += u32(number == NOBODY);
  }
  return unsure;
}

function read(plan: Plan, first: usize, end: usize): bool {
  if (!isUtf8(first, end)) return false;
  for (let at: usize = 0; at < <usize>plan.keys; at += 16) v128.store(plan.tags + at, i8x16.splat(ABSENT));
  if (plan.columns == 0) return readObject(plan, first, end);
  const next = load<u8>(end);
  store<u8>(end, 0x2c);
  const sound = readRow(plan, first, end);
  store<u8>(end, next);
  return sound;
}

/** Has fields, event time and label take their cells; false where one of them is not there, or not what it should be. */
function resolve(plan: Plan, out: usize, column: usize, timeAt: usize): bool {
  const tags = plan.tags;
  const cells = plan.cells;
  const lastField = plan.fieldsAt + (<usize>plan.fields << 5);
  for (let field = plan.fieldsAt; field < lastField; field += 32, out += column) {
    let key = load<u32>(field, 20);
    let tag = load<u8>(tags + <usize>key);
    if (tag == ABSENT) {
      const other = firstOf(plan, load<u32>(field, 28), load<u32>(field, 24));
      if (other >= 0) {
        key = other;
        tag = load<u8>(tags + <usize>key);
      }
    }
    if (tag == NUMBER) {
      const x = load<f64>(cells + (<usize>key << 4));
      if (!(x >= load<f64>(field) && x <= load<f64>(field, 8))) return false;
      store<f64>(out, x);
    } else {
      const missing = load<u32>(field, 16);
      if (tag == ABSENT ? missing != MAY_BE_ABSENT : missing == NEVER || (tag != NULL && tag != NULL_TEXT)) return false;
      store<f64>(out, NaN);
    }
  }
  const appendTimeMs = load<f64>(timeAt + 2 * column);
  const timeMs = timeOf(plan, appendTimeMs);
  const label = labelOf(plan);
  // the time is NaN for what is no time, and so is a label of -1 for what is no label
  if (!(timeMs == timeMs) || label == -1 || timeMs > appendTimeMs + plan.maxAheadMs) return false;
  store<f64>(timeAt, timeMs);
  store<f64>(timeAt + column, label);
  return true;
}

/** The event time, NaN where it is not sure. */
function timeOf(plan: Plan, appendTimeMs: f64): f64 {
  const key = firstOf(plan, plan.timesAt, plan.times);
  if (key < 0) return appendTimeMs;
  const tag = load<u8>(plan.tags + <usize>key);
  const cell = plan.cells + (<usize>key << 4);
  if (tag == NULL || tag == NULL_TEXT) return appendTimeMs;
  let timeMs: f64 = NaN;
  if (tag == NUMBER) {
    const x = load<f64>(cell);
    if (plan.unitMs == 1 || x < FIRST_MS) timeMs = x * plan.unitMs;
  }
  else if (tag == TEXT) timeMs = isoTimeMs(load<u32>(cell, 8), load<u32>(cell, 8) + load<u32>(cell, 12));
  return timeMs >= 0 && timeMs <= LATEST_MS ? timeMs : NaN;
}

/** The label: 0, 1 or NaN; -1 where it is not sure. */
function labelOf(plan: Plan): f64 {
  const key = load<u32>(plan.labelAt);
  const tag = load<u8>(plan.tags + <usize>key);
  const cell = plan.cells + (<usize>key << 4);
  if (tag == TEXT) {
    const length = load<u32>(cell, 12);
    if (length == 0) return NaN;
    const c = load<u8>(load<u32>(cell, 8));
    return length == 1 && (c == 0x30 || c == 0x31) ? <f64>(c - 0x30) : -1;
  }
  if (tag == NUMBER) {
    const x = load<f64>(cell);
    return x == 0 ? 0 : x == 1 ? 1 : -1;
  }
  if (tag == ABSENT || tag == NULL || tag == NULL_TEXT) return NaN;
  return tag == FALSE ? 0 : tag == TRUE ? 1 : -1;
}

/** The number of the reading's sensor: that of the record's key, else of what the message names, else of nobody in particular. NOBODY where it is not sure. */
function sensorOf(plan: Plan, arena: usize, dictionary: u32, key: usize, keyEnd: usize, name: usize, nameLength: u32): u32 {
  if (key != keyEnd) {
    if (keyEnd - key > LONGEST_NAME || !isUtf8(key, keyEnd)) return NOBODY;
    return heard(plan, arena, dictionary, key, <u32>(keyEnd - key));
  }
  const named = firstOf(plan, plan.sensorsAt, plan.sensors);
  if (named >= 0) {
    const tag = load<u8>(plan.tags + <usize>named);
    const cell = plan.cells + (<usize>named << 4);
    let first = <usize>load<u32>(cell, 8);
    let length = load<u32>(cell, 12);
    if (tag == ESCAPED) {
      if (plan.columns != 0 || length > SCRATCH) return NOBODY;
      const bytes = unescape(first, first + length, plan.scratch);
      if (bytes < 0) return NOBODY;
      first = plan.scratch;
      length = bytes;
    } else if (tag == NUMBER && plan.columns == 0) {
      if (!isPlainWhole(first, length)) return NOBODY;
    } else if (tag != TEXT && tag != NULL_TEXT && tag != NUMBER) {
      length = 0;
    }
    if (<usize>length > LONGEST_NAME) return NOBODY;
    if (length != 0) return heard(plan, arena, dictionary, first, length);
  }
  if (namelessNumber == NOBODY) namelessNumber = heard(plan, arena, dictionary, name, nameLength);
  return namelessNumber;
}

/** Whether a JSON number is written as JavaScript writes it: whole, up to 15 digits, not -0. */
function isPlainWhole(p: usize, length: u32): bool {
  const end = p + <usize>length;
  if (load<u8>(p) == 0x2d && load<u8>(++p) == 0x30) return false;
  if (end - p > 15) return false;
  for (; p < end; p++) if (<u32>load<u8>(p) - 0x30 > 9) return false;
  return true;
}
