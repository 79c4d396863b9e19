/**
 * Whether x goes right by set `number`. A set is 16 bytes in `sets`: u32 address of its words, u32 how many; u32 whether a category of the set goes
 * right; u32 category numbers from here on, and negative ones, are not of any set.
 */
// @ts-ignore: decorator
@inline
export function rightBySet<T extends number>(sets: usize, number: u32, x: T): u32 {
  const set = sets + (<usize>number << 4);
  const inSetGoesRight = load<u32>(set, 8);
  const most = <T>load<u32>(set, 12);
  // XGBoost takes what is below 0 for no category, LightGBM what is so after truncation
  const isCategory = (x >= 0 || (sizeof<T>() == 8 && x > -1)) && x < most;
  const category: u32 = isCategory ? <u32>x : 0;
  const isIn = isCategory && category >> 5 < load<u32>(set, 4) && ((load<u32>(<usize>load<u32>(set) + (<usize>(category >> 5) << 2)) >> (category & 31)) & 1) == 1;
  return u32(isIn) ^ inSetGoesRight ^ 1;
}
