import { nameAt, numberOf, releases } from "../state/sensors";
import { Plan } from "./plan";

/*
 * Sensors heard lately, beside the dictionary: a name's place here is a hash of its ends.
 *
 *   u32 pointer to the name in the arena   u32 bytes, 0 where nobody is   u32 number   u32 0        16 bytes, 256 times
 *
 * Good while no number has become free.
 */

const PLACES: usize = 256;

/** Forgets all when a number has been taken from somebody. */
export function refresh(plan: Plan, arena: usize, dictionary: u32): void {
  const now = releases(arena, dictionary);
  if (now == plan.releases) return;
  plan.releases = now;
  memory.fill(plan.heard, 0, PLACES << 4);
}

/** The number of the sensor of this name of 1 to 255 bytes. Reads up to 7 bytes past it, never judging by them. */
export function heard(plan: Plan, arena: usize, dictionary: u32, name: usize, length: u32): u32 {
  const ends = length < 8 ? load<u64>(name) << (64 - (<u64>length << 3)) : load<u64>(name) ^ (load<u64>(name + <usize>length - 8) * 0xd6e8feb86659fd93);
  const place = plan.heard + (<usize>((ends * 0x9e3779b97f4a7c15) >> 56) << 4);
  if (load<u32>(place, 4) == length && same(load<u32>(place), name, length)) return load<u32>(place, 8);
  const number = numberOf(arena, dictionary, name, length);
  store<u32>(place, <u32>nameAt(arena, dictionary, number));
  store<u32>(place, length, 4);
  store<u32>(place, number, 8);
  return number;
}

/** Blocks of the arena have 16 bytes at least, so short names are compared in one piece. */
// @ts-ignore: decorator
@inline
function same(a: usize, b: usize, length: u32): bool {
  if (length < 8) return (load<u64>(a) ^ load<u64>(b)) << (64 - (<u64>length << 3)) == 0;
  const last = <usize>length - 8;
  for (let i: usize = 0; i < last; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  return load<u64>(a + last) == load<u64>(b + last);
}
