/** A text of `bytes` bytes takes at most six times as many, with room for what is written beyond its end. */
export const TEXT_ROOM: u32 = 16;

const HEX: StaticArray<u8> = [48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102];

/** After the backslash, for bytes below 14: 0 where the byte is written as \u00xx. */
const SHORT: StaticArray<u8> = [0, 0, 0, 0, 0, 0, 0, 0, 98, 116, 110, 0, 102, 114];

/** UTF-8 without its quotation marks, escaped as JSON.stringify does: `"`, `\` and what is below U+0020. Returns the end. */
export function writeEscaped(out: usize, text: usize, bytes: u32): usize {
  let left = bytes;
  while (left >= 16) {
    const x = v128.load(text);
    const odd = v128.or(v128.or(i8x16.eq(x, i8x16.splat(34)), i8x16.eq(x, i8x16.splat(92))), i8x16.lt_u(x, i8x16.splat(32)));
    v128.store(out, x);
    const mask = i8x16.bitmask(odd);
    const plain = mask ? <usize>ctz(mask) : 16;
    out += plain;
    text += plain;
    left -= <u32>plain;
    if (!mask) continue;
    out = writeByte(out, load<u8>(text++));
    left--;
  }
  for (; left; left--) out = writeByte(out, load<u8>(text++));
  return out;
}

// @ts-ignore: decorator
@inline
function writeByte(out: usize, byte: u8): usize {
  if (byte >= 32 && byte != 34 && byte != 92) {
    store<u8>(out, byte);
    return out + 1;
  }
  return writeEscape(out, byte);
}

function writeEscape(out: usize, byte: u8): usize {
  store<u8>(out, 92);
  const short = byte >= 32 ? byte : byte < 14 ? unchecked(SHORT[byte]) : 0;
  if (short) {
    store<u8>(out, short, 1);
    return out + 2;
  }
  store<u32>(out, 0x30303075, 1); // u000
  store<u8>(out, byte >> 4 | 48, 4);
  store<u8>(out, unchecked(HEX[byte & 15]), 5);
  return out + 6;
}
