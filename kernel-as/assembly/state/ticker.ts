/*
 * What a clock has heard, the first 24 bytes of a row:
 *
 *   0 f64 newest event time   8 f64 append time when it was heard last, NaN before there was any   16 f64 watermark reached
 *
 * A watermark is the newest event time less the disorder. From `idleAfterMs` of silence on it runs on with the append time. It never goes back.
 */

export const NEWEST: usize = 0;
export const HEARD: usize = 8;
export const WATERMARK: usize = 16;

/** The greatest event time, that of a JavaScript Date. */
export const LAST_TIME_MS: f64 = 8.64e15;

/** The rules of a clock, outside of the pages. */
@unmanaged
export class Rules {
  disorderMs: f64;
  idleAfterMs: f64; // Infinity: never
  forgetAfterMs: f64; // Infinity: never
}

/** A clock that has heard nothing. */
export function startTicker(row: usize): void {
  store<f64>(row, -Infinity, NEWEST);
  store<f64>(row, NaN, HEARD);
  store<f64>(row, -Infinity, WATERMARK);
}

/** The watermark when append time is `nowMs`. */
// @ts-ignore: decorator
@inline
export function watermarkAt(rules: Rules, row: usize, nowMs: f64): f64 {
  const reached = load<f64>(row, WATERMARK);
  const silentMs = nowMs - load<f64>(row, HEARD);
  if (!(silentMs >= rules.idleAfterMs)) return reached;
  const ran = load<f64>(row, NEWEST) + silentMs - rules.disorderMs;
  return ran > reached ? ran : reached;
}

/** Takes in an event time where the watermark was `beforeMs`; returns the watermark after it. */
// @ts-ignore: decorator
@inline
export function hear(rules: Rules, row: usize, beforeMs: f64, timeMs: f64, nowMs: f64): f64 {
  if (timeMs > load<f64>(row, NEWEST)) store<f64>(row, timeMs, NEWEST);
  store<f64>(row, nowMs, HEARD);
  const told = load<f64>(row, NEWEST) - rules.disorderMs;
  const after = told > beforeMs ? told : beforeMs;
  store<f64>(row, after, WATERMARK);
  return after;
}

/**
 * When to look at a silent clock whose watermark is not yet at `dueMs`: not after the append time at which it will be, at most some roundings before it,
 * and after `nowMs`.
 */
export function lookAgainMs(rules: Rules, row: usize, dueMs: f64, nowMs: f64): f64 {
  const heard = load<f64>(row, HEARD);
  const newest = load<f64>(row, NEWEST);
  const silentMs = max<f64>(rules.idleAfterMs, dueMs - newest + rules.disorderMs);
  // what the four roundings can be wrong by
  const slack = (abs<f64>(heard) + abs<f64>(dueMs) + abs<f64>(newest) + silentMs) * 8.881784197001252e-16;
  return max<f64>(heard + silentMs - slack, following(nowMs));
}

/** When to look at a clock that was heard just now: not after it may be silent. Infinity or NaN: never. */
// @ts-ignore: decorator
@inline
export function lookFirstMs(rules: Rules, row: usize): f64 {
  const heard = load<f64>(row, HEARD);
  return heard + rules.idleAfterMs - (abs<f64>(heard) + rules.idleAfterMs) * 4.440892098500626e-16;
}

/** When to look whether a clock is to be forgotten: not after it is, at most some roundings before it. */
export function forgetCheckMs(rules: Rules, row: usize): f64 {
  const heard = load<f64>(row, HEARD);
  return heard + rules.forgetAfterMs - (abs<f64>(heard) + rules.forgetAfterMs) * 4.440892098500626e-16;
}

/** The greatest f64 below a time. */
export function preceding(timeMs: f64): f64 {
  return -following(-timeMs);
}

/** The least f64 above a time. */
export function following(timeMs: f64): f64 {
  if (timeMs == 0) return reinterpret<f64>(1);
  return reinterpret<f64>(reinterpret<i64>(timeMs) + (timeMs > 0 ? 1 : -1));
}
