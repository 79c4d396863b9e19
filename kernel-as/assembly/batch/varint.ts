/*
 * Varints, as Protocol Buffers write sint32 and sint64: zigzag, seven bits a byte, the lowest first. What is read is up to 10 bytes, wherever they are.
 */

/** Bytes of the varint at `p` in the upper half, 0 if it has more than the 5 of a 32-bit number; its value in the lower. */
// @ts-ignore: decorator
@inline
export function varint(p: usize): u64 {
  const first = <u32>load<u8>(p);
  return first < 0x80 ? (<u64>1 << 32) | <u64>zigzag(first) : longer(p, first);
}

// @ts-ignore: decorator
@inline
export function bytesOf(read: u64): usize {
  return <usize>(read >> 32);
}

// @ts-ignore: decorator
@inline
export function valueOf(read: u64): i32 {
  return <i32>read;
}

// @ts-ignore: decorator
@inline
function zigzag(x: u32): u32 {
  return (x >> 1) ^ (0 - (x & 1));
}

function longer(p: usize, first: u32): u64 {
  let x = first & 0x7f;
  for (let bytes: u32 = 1; bytes < 5; bytes++) {
    const next = <u32>load<u8>(p + bytes);
    x |= (next & 0x7f) << (bytes * 7);
    if (next < 0x80) return ((<u64>bytes + 1) << 32) | <u64>zigzag(x);
  }
  return 0;
}

/** Bytes of the varint at `p`, 0 if it has more than the 10 of a 64-bit number. */
// @ts-ignore: decorator
@inline
export function longBytes(p: usize): usize {
  for (let bytes: usize = 0; bytes < 10; bytes++) if (load<u8>(p + bytes) < 0x80) return bytes + 1;
  return 0;
}

/** The value of the varint of `bytes` bytes at `p`. */
// @ts-ignore: decorator
@inline
export function long(p: usize, bytes: usize): i64 {
  let x: u64 = 0;
  for (let i: usize = 0; i < bytes; i++) x |= (<u64>load<u8>(p + i) & 0x7f) << (<u64>i * 7);
  return <i64>((x >> 1) ^ (0 - (x & 1)));
}

/** Bytes that a number of 0 or more takes, which must be below 2^31. */
// @ts-ignore: decorator
@inline
export function sizeOf(x: u32): u32 {
  return x < 64 ? 1 : (38 - clz(x << 1)) / 7;
}

/** Writes a number below 2^31. Returns the end. */
// @ts-ignore: decorator
@inline
export function write(p: usize, x: u32): usize {
  let rest = x << 1;
  for (; rest >= 0x80; rest >>= 7) store<u8>(p++, <u8>(rest | 0x80));
  store<u8>(p, <u8>rest);
  return p + 1;
}
