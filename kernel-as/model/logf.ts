/*
 * The natural logarithm of an f32 as glibc >= 2.27 computes it (sysdeps/ieee754/flt-32/e_logf.c, from Arm's optimized routines):
 * x = 2^k z with z in [0.7, 1.4), one of sixteen c near z, log x = k ln 2 + log c + log(z / c), the last by a cubic in f64. XGBoost takes
 * its base margins from it, and another logarithm differs from it in the last bit for one base score in some hundreds.
 */

/** 1 / c and log c for each sixteenth of [0.7, 1.4). */
const NEAR: readonly (readonly [inverse: number, log: number])[] = [
  [1.398907162146528, -0.33569133332882284],
  [1.3403141896637998, -0.2929040563774074],
  [1.286432210124115, -0.2518726580937369],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.06871392447020525],
  [1.036437278977283, -0.0357891387398228],
  [1, 0],
  [0.9492859795739057, 0.05204517742929496],
  [0.8951049428609004, 0.11081431298787942],
  [0.8476821620351103, 0.1652495223695143],
  [0.8050314851692001, 0.21687389031699977],
  [0.7664671008843108, 0.2659635028121397],
  [0.731428603316328, 0.3127556664073557],
];

/** log(1 + r) = r + r² (SQUARE + CUBE r + FOURTH r²) for |r| < 0.05. */
const SQUARE = -0.4999997485802103;
const CUBE = 0.333456765744066;
const FOURTH = -0.25089342214237154;

/** Below the least z, in the bits of an f32. */
const OFFSET = 0x3f330000;

const bits = new DataView(new ArrayBuffer(4));

/** -Infinity at 0, NaN below. */
export function logf(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const subnormal = x < 2 ** -126;
  bits.setFloat32(0, subnormal ? x * 2 ** 23 : x);
  const from = bits.getInt32(0) - OFFSET;
  const k = (from >> 23) - (subnormal ? 23 : 0);
  bits.setInt32(0, bits.getInt32(0) - ((from >> 23) << 23));
  const z = bits.getFloat32(0);
  const [inverse, log] = NEAR[(from >> 19) & 15]!;
  const r = z * inverse - 1;
  const square = r * r;
  const tail = FOURTH * square + (CUBE * r + SQUARE);
  return Math.fround(tail * square + (log + k * Math.LN2 + r));
}
