/** Epoch ms, with fractions, by a clock that never goes back. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
