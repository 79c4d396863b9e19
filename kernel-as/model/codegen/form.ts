/** How a generated module is written. Every form gives the same bits; engines differ in which one they run best. */
export interface Form {
  /** Where constants come from: 256 vectors in memory, or written into the code. */
  readonly constants: "pool" | "code";
  /** Whether left or right is chosen by one instruction of relaxed SIMD, or by max and and. */
  readonly choice: "laneselect" | "max";
}

/** In the order in which they should be tried. */
export const constantForms: readonly Form["constants"][] = ["pool", "code"];

/**
 * A module with one function of i8x16.relaxed_laneselect. Its result is fixed where every mask byte is all ones or all zeros, as the result of a comparison
 * is (relaxed-simd proposal, Overview.md).
 */
export const LANESELECT_PROBE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 0, 253, 137, 2, 11);
