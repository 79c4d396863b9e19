/** 32 well mixed bits of a number and a key: the finaliser of MurmurHash3 (Appleby), so the same everywhere and in any order. */
// @ts-ignore: decorator
@inline
export function mix(value: u32, key: u32): u32 {
  let bits = value * 0x9e3779b1 + key;
  bits = (bits ^ (bits >> 16)) * 0x85ebca6b;
  bits = (bits ^ (bits >> 13)) * 0xc2b2ae35;
  return bits ^ (bits >> 16);
}

/** Uniform in [0, 1), in steps of 2^-32. */
// @ts-ignore: decorator
@inline
export function uniform(value: u32, key: u32): f64 {
  return <f64>mix(value, key) * 2.3283064365386963e-10;
}

/** A key for one purpose in one tree. */
export function keyOf(seed: u32, tree: u32, purpose: u32): u32 {
  return mix(tree, mix(purpose, seed));
}

export const ROUNDING: u32 = 1;
export const SUBSAMPLE: u32 = 2;
export const GOSS: u32 = 3;
export const TREE_FEATURES: u32 = 4;
export const NODE_FEATURES: u32 = 5;
