/**
 * exp, log and sin from additions and multiplications alone, so that every engine gives the same bits: hosts disagree
 * in the last bit of `Math.exp` and friends. Runs both as AssemblyScript and as TypeScript; `number` is an f64 in both.
 */

const LN2_HI = 6.93147180369123816490e-1; // ln 2, its low 32 bits zero, so that k * LN2_HI is exact for |k| < 2^11
const LN2_LO = 1.90821492927058770002e-10;
const INV_LN2 = 1.4426950408889634;
const SQRT_HALF = 0.7071067811865476;
const PI = 3.141592653589793;
const TWO_PI = 6.283185307179586;

/** 2^k at k + 1023, for k in -1023…1023. */
const POWERS = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2047);
  let power = 1.0;
  for (let k = 0; k <= 1023; k++) {
    powers[1023 + k] = power;
    powers[1023 - k] = 1.0 / power;
    power *= 2.0;
  }
  return powers;
}

/** e^x within 1 ulp; 0 and Infinity only where e^x is beyond f64. NaN stays NaN. */
export function exp(x: number): number {
  if (x != x) return x;
  if (x < -745.1332191019412) return 0.0;
  if (x > 709.782712893384) return Infinity;
  const k = Math.floor(x * INV_LN2 + 0.5);
  const high = x - k * LN2_HI;
  const low = k * LN2_LO;
  const r = high - low; // |r| <= ln 2 / 2
  let tail = 1.0 / 6227020800.0; // Taylor terms from r^13 down to r^2
  tail = tail * r + 1.0 / 479001600.0;
  tail = tail * r + 1.0 / 39916800.0;
  tail = tail * r + 1.0 / 3628800.0;
  tail = tail * r + 1.0 / 362880.0;
  tail = tail * r + 1.0 / 40320.0;
  tail = tail * r + 1.0 / 5040.0;
  tail = tail * r + 1.0 / 720.0;
  tail = tail * r + 1.0 / 120.0;
  tail = tail * r + 1.0 / 24.0;
  tail = tail * r + 1.0 / 6.0;
  tail = tail * r + 0.5;
  const rounding = high - r - low;
  const power = 1.0 + (r + (rounding + tail * r * r));
  if (k > 1023.0) return power * 2.0 * (POWERS[2046] as number);
  // in two steps, the second exact but for one rounding to a subnormal number
  if (k < -1022.0) return power * (POWERS[(k + 64.0 + 1023.0) as i32] as number) * (POWERS[1023 - 64] as number);
  return power * (POWERS[(k + 1023.0) as i32] as number);
}

/** The natural logarithm within 2 ulp. NaN below 0, -Infinity at 0. Takes about 1,000 steps at the ends of the range. */
export function log(x: number): number {
  if (x != x || x < 0.0) return NaN;
  if (x == 0.0) return -Infinity;
  if (x == Infinity) return x;
  let m = x;
  let k = 0.0;
  while (m >= 1.4142135623730951) {
    m *= 0.5;
    k += 1.0;
  }
  while (m < SQRT_HALF) {
    m *= 2.0;
    k -= 1.0;
  }
  // ln m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172: s^23 / 23 is below 2^-60
  const s = (m - 1.0) / (m + 1.0);
  const z = s * s;
  let sum = 1.0 / 23.0;
  sum = sum * z + 1.0 / 21.0;
  sum = sum * z + 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  return k * LN2_HI + (2.0 * s + (2.0 * s * z * sum + k * LN2_LO));
}

/** The sine of x radians, absolute error below 1e-13 for |x| < 1,000: for simulations, not for surveying. */
export function sin(x: number): number {
  let r = x - Math.floor(x / TWO_PI + 0.5) * TWO_PI; // -π…π
  if (r > PI / 2.0) r = PI - r;
  if (r < -PI / 2.0) r = -PI - r;
  const z = r * r;
  let sum = -1.0 / 121645100408832000.0; // Taylor terms from r^19 down to r^3
  sum = sum * z + 1.0 / 355687428096000.0;
  sum = sum * z - 1.0 / 1307674368000.0;
  sum = sum * z + 1.0 / 6227020800.0;
  sum = sum * z - 1.0 / 39916800.0;
  sum = sum * z + 1.0 / 362880.0;
  sum = sum * z - 1.0 / 5040.0;
  sum = sum * z + 1.0 / 120.0;
  sum = sum * z - 1.0 / 6.0;
  return r + r * z * sum;
}
