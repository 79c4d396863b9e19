import { at } from "../state/arena";
import { NEWER, OUTPUT_BYTES, READINGS, scratchOf, Windows } from "./plan";
import { tellKept } from "./kept";
import { mergeFields } from "./parts";
import { addRow, Results } from "./results";
import { least, select, sortWeighted } from "./sort";
import { copyValues, copyWeighted, hasSketch, storedValues } from "./values";

/** Kinds of outputs, as `host/window-plan.ts` numbers them. */
const RECORDS: u32 = 0;
const COUNT: u32 = 1;
const NULLS: u32 = 2;
const ONES: u32 = 3;
const SUM: u32 = 4;
const SUM_OF_MOMENTS: u32 = 5;
const MEAN: u32 = 6;
const MEAN_OF_MOMENTS: u32 = 7;
const MIN_OR_MAX: u32 = 8;
const FIRST_OR_LAST: u32 = 9;
const VARIANCE: u32 = 10;
// standard deviation: 11
export const SLOPE: u32 = 12;

/** A result of the sensor's panes from `first` to `last`, newer ones after older ones, as those of [startMs, endMs). */
export function emit(windows: Windows, sensor: u32, startMs: f64, endMs: f64, first: u32, last: u32): void {
  let whole = at(windows.arena, first);
  if (first != last) {
    whole = windows.whole;
    memory.fill(whole, 0, windows.paneBytes);
    for (let pane = first; ; pane = load<u32>(at(windows.arena, pane), NEWER)) {
      mergeFields(windows, whole, at(windows.arena, pane));
      if (pane == last) break;
    }
  }
  const results = changetype<Results>(windows.results);
  const readingsAt = results.readingsCount;
  if (windows.kept) tellKept(windows, sensor, startMs, endMs);
  const row = addRow(results, startMs, endMs, sensor, windows.record, load<u32>(whole, READINGS), readingsAt);
  let gathered: u32 = 0; // offset of the field whose values are in the scratch
  for (let i: usize = 0; i < <usize>windows.outputs; i++) {
    const output = windows.outputsAt + i * OUTPUT_BYTES;
    const kind = load<u32>(output);
    const part = load<u32>(output, 8);
    let result: f64;
    if (kind <= SLOPE) {
      result = ofParts(kind, whole, whole + <usize>load<u32>(output, 4), whole + <usize>part);
    } else {
      const count = load<u32>(whole + <usize>load<u32>(output, 4));
      result = percentile(windows, first, last, part, count, load<f64>(output, 16), gathered == part);
      gathered = part;
    }
    store<f64>(row + (i << 3), result);
  }
}

/** `field` begins with its counts; `part` is what the output is made from. */
export function ofParts(kind: u32, pane: usize, field: usize, part: usize): f64 {
  if (kind == RECORDS) return load<u32>(pane, READINGS);
  const count = <f64>load<u32>(field);
  if (kind == COUNT) return count;
  if (kind == NULLS) return <f64>load<u32>(pane, READINGS) - count;
  if (kind == ONES) return load<u32>(field, 4);
  if (kind == SUM) return load<f64>(part);
  if (kind == SUM_OF_MOMENTS) return load<f64>(part) * count + load<f64>(part, 8);
  if (count == 0) return NaN;
  if (kind == MEAN) return load<f64>(part) / count;
  if (kind == MEAN_OF_MOMENTS) return load<f64>(part) + load<f64>(part, 8) / count;
  if (kind == MIN_OR_MAX) return load<f64>(part);
  if (kind == FIRST_OR_LAST) return load<f64>(part, 8);
  if (kind == SLOPE) {
    const u = load<f64>(part, 16);
    const spread = load<f64>(part, 32) - (u * u) / count;
    return spread > 0 ? ((load<f64>(part, 40) - (u * load<f64>(part, 24)) / count) / spread) * 1000 : NaN;
  }
  if (count == 1) return NaN;
  const sum = load<f64>(part, 8);
  const variance = max<f64>(load<f64>(part, 16) - (sum * sum) / count, 0) / (count - 1);
  return kind == VARIANCE ? variance : sqrt(variance);
}

/** Interpolated at `fraction` of the way from the least to the greatest of the `count` values in the panes at `offset`. */
function percentile(windows: Windows, first: u32, last: u32, offset: u32, count: u32, fraction: f64, gathered: bool): f64 {
  if (count == 0) return NaN;
  let sketched = false;
  let stored: u32 = 0;
  for (let pane = first; ; pane = load<u32>(at(windows.arena, pane), NEWER)) {
    sketched = sketched || hasSketch(windows.arena, pane + offset);
    stored += storedValues(windows.arena, pane + offset);
    if (pane == last) break;
  }
  if (sketched) {
    const place = <f64>(count - 1) * fraction;
    const below = floor(place);
    const values = scratchOf(windows, stored * 2);
    const weights = values + (<usize>stored << 3);
    let total: u32 = 0;
    for (let pane = first; ; pane = load<u32>(at(windows.arena, pane), NEWER)) {
      total += copyWeighted(windows.arena, pane + offset, values + (<usize>total << 3), weights + (<usize>total << 3));
      if (pane == last) break;
    }
    sortWeighted(values, weights, total);
    const low = ofRank(values, weights, total, below);
    return low + (ofRank(values, weights, total, ceil(place)) - low) * (place - below);
  }
  const values = scratchOf(windows, stored);
  if (!gathered) {
    let to = values;
    for (let pane = first; ; pane = load<u32>(at(windows.arena, pane), NEWER)) {
      to = copyValues(windows.arena, pane + offset, to);
      if (pane == last) break;
    }
  }
  return interpolated(values, stored, fraction);
}

/** What lies at `fraction` of the way from the least to the greatest value; moves values. */
export function interpolated(values: usize, count: u32, fraction: f64): f64 {
  if (count == 0) return NaN;
  const place = <f64>(count - 1) * fraction;
  const below = floor(place);
  const low = select(values, count, <u32>below);
  const high = place > below ? least(values, <u32>below + 1, count) : low;
  return low + (high - low) * (place - below);
}

/** The value that covers a rank, counted from 0. */
function ofRank(values: usize, weights: usize, total: u32, rank: f64): f64 {
  let covered: f64 = 0;
  for (let i: u32 = 0; i < total; i++) {
    covered += load<f64>(weights + (<usize>i << 3));
    if (covered > rank) return load<f64>(values + (<usize>i << 3));
  }
  return load<f64>(values + (<usize>(total - 1) << 3));
}
