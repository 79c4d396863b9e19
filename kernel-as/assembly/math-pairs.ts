/** `exp` of math.ts for two numbers at once, the same bits, for -700 <= x <= 700; beyond that it is that of the nearer end. No NaN. */
// @ts-ignore: decorator
@inline
export function expPair(x: v128): v128 {
  x = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-700)), f64x2.splat(700));
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)));
  const low = f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10));
  const r = f64x2.sub(high, low);
  let tail = f64x2.splat(1.0 / 6227020800.0);
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 479001600.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 39916800.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 3628800.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 362880.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 40320.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 5040.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 720.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 120.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 24.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(1.0 / 6.0));
  tail = f64x2.add(f64x2.mul(tail, r), f64x2.splat(0.5));
  const rounding = f64x2.sub(f64x2.sub(high, r), low);
  const power = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.add(rounding, f64x2.mul(f64x2.mul(tail, r), r))));
  // 2^k: with 2^52 + 1023 added, the exponent's bits are the lowest ones
  const exponent = i64x2.shl(f64x2.add(k, f64x2.splat(4503599627371519.0)), 52);
  return f64x2.mul(power, exponent);
}
