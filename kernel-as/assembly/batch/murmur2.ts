const SEED: u32 = 0x9747b28c;
const M: u32 = 0x5bd1e995;

/** MurmurHash2 of Austin Appleby, with the seed by which Java's client picks partitions (org.apache.kafka.common.utils.Utils.murmur2). */
export function murmur2(at: usize, bytes: u32): u32 {
  let hash = SEED ^ bytes;
  const end = at + bytes;
  for (; at + 4 <= end; at += 4) {
    let k = load<u32>(at) * M;
    k ^= k >> 24;
    hash = (hash * M) ^ (k * M);
  }
  if (at < end) {
    let rest: u32 = 0;
    for (let i = end; i > at; i--) rest = (rest << 8) | <u32>load<u8>(i - 1);
    hash = (hash ^ rest) * M;
  }
  hash = (hash ^ (hash >> 13)) * M;
  return hash ^ (hash >> 15);
}
