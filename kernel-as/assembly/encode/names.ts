/*
 * Texts by number, as UTF-8: sensors' names. Who holds them keeps such a table for those who write them.
 *
 *   table   for each number   u32 pointer   u32 bytes
 */

// @ts-ignore: decorator
@inline
export function nameAt(names: usize, number: u32): usize {
  return <usize>load<u32>(names + (<usize>number << 3));
}

// @ts-ignore: decorator
@inline
export function nameBytes(names: usize, number: u32): u32 {
  return load<u32>(names + (<usize>number << 3), 4);
}
