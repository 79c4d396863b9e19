import type { Kernel } from "./kernel.ts";

const LEAST = -342;
const GREATEST = 308;

/**
 * The leading 128 bits of 5^-342 … 5^308, low half first, as Eisel and Lemire multiply by them: positive powers cut off, negative ones the next number above 2^b / 5^n, which
 * is cut off again where n > 27.
 */
function leadingBits(): BigUint64Array {
  const table = new BigUint64Array((GREATEST - LEAST + 1) * 2);
  for (let exponent = LEAST; exponent <= GREATEST; exponent++) {
    const power = 5n ** BigInt(Math.abs(exponent));
    let bits = power;
    if (exponent < 0) {
      const length = BigInt(bitLength(power));
      bits = (1n << (exponent >= -27 ? length + 127n : 2n * length + 128n)) / power + 1n;
    }
    const excess = bitLength(bits) - 128;
    bits = excess > 0 ? bits >> BigInt(excess) : bits << BigInt(-excess);
    table[(exponent - LEAST) * 2] = bits & 0xffff_ffff_ffff_ffffn;
    table[(exponent - LEAST) * 2 + 1] = bits >> 64n;
  }
  return table;
}

/** Digits of a positive number in base 2. */
function bitLength(number: bigint): number {
  return number.toString(2).length;
}

const given = new WeakSet<Kernel>();
let table: BigUint64Array | null = null;

/** Gives the kernel, once and for good, what reading numbers needs. */
export function givePowers(kernel: Kernel): void {
  if (given.has(kernel)) return;
  table ??= leadingBits();
  const at = kernel.allocate(table.byteLength);
  kernel.u8(at, table.byteLength).set(new Uint8Array(table.buffer));
  kernel.calls.decodeSetPowers(at);
  given.add(kernel);
}
