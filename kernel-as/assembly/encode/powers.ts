/*
 * 10^p for p in LEAST…MOST as its 128 highest bits and one more unit, 2^127 <= g < 2^128:
 *
 *   g(p) = ⌊10^p / 2^(⌊log2 10^p⌋ - 127)⌋ + 1        table: u64 high, u64 low for each p
 *
 * The factors of two do not matter, so it is the bits of 5^p, or of 1 / 5^-p; both are made exactly, from one power to the next: ⌊⌊x / 5⌋ / 5⌋ = ⌊x / 25⌋.
 */

const LEAST: i32 = -292;
const MOST: i32 = 324;

/** 32-bit limbs, lowest first: 5^324 has 753 bits, and 2^896 / 5^292 has still more than 128. */
const LIMBS: u32 = 29;

const table: usize = memory.data((MOST - LEAST + 1) * 16, 16);
const limbs: usize = memory.data(LIMBS * 4, 16);
let made = false;

/** Makes the table, once; {@link high} and {@link low} may be asked after it. */
export function preparePowers(): void {
  if (made) return;
  memory.fill(limbs, 0, LIMBS * 4);
  store<u32>(limbs, 1);
  for (let p = 0; p <= MOST; p++) {
    keep(p);
    timesFive();
  }
  memory.fill(limbs, 0, LIMBS * 4);
  store<u32>(limbs + (LIMBS - 1) * 4, 1);
  for (let p = -1; p >= LEAST; p--) {
    byFive();
    keep(p);
  }
  made = true;
}

function timesFive(): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < <usize>LIMBS; i++) {
    carry += <u64>load<u32>(limbs + (i << 2)) * 5;
    store<u32>(limbs + (i << 2), <u32>carry);
    carry >>= 32;
  }
}

function byFive(): void {
  let rest: u64 = 0;
  for (let i: usize = LIMBS; i-- > 0; ) {
    rest = (rest << 32) | load<u32>(limbs + (i << 2));
    store<u32>(limbs + (i << 2), <u32>(rest / 5));
    rest %= 5;
  }
}

function limb(i: i32): u64 {
  return i < 0 ? 0 : load<u32>(limbs + (<usize>i << 2));
}

function keep(p: i32): void {
  let top: i32 = LIMBS - 1;
  while (limb(top) == 0) top--;
  const zeros = <u64>clz(<u32>limb(top));
  const highest = (limb(top) << 32) | limb(top - 1);
  const middle = (limb(top - 2) << 32) | limb(top - 3);
  const lowest = limb(top - 4);
  let high = (highest << zeros) | (middle >> 1 >> (63 - zeros));
  const low = ((middle << zeros) | ((lowest << 32) >> 1 >> (63 - zeros))) + 1;
  if (low == 0) high++;
  store<u64>(table + (<usize>(p - LEAST) << 4), high);
  store<u64>(table + (<usize>(p - LEAST) << 4), low, 8);
}

// @ts-ignore: decorator
@inline
export function high(p: i32): u64 {
  return load<u64>(table + (<usize>(p - LEAST) << 4));
}

// @ts-ignore: decorator
@inline
export function low(p: i32): u64 {
  return load<u64>(table + (<usize>(p - LEAST) << 4), 8);
}
