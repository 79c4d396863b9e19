import { expect, test } from "vitest";
import { countParticles } from "../../../engine/simulator/particles.ts";

function counted(fine: number, coarse: number): number[] {
  const row = new Float64Array(7);
  countParticles(row, 1, fine, coarse);
  expect([row[0], row[6]]).toEqual([0, 0]);
  return [...row.subarray(1, 6)];
}

// Rows of the recording, with the fine and coarse shares that its NC0.5 and PM2.5 tell.
const recorded = [
  { what: "quiet air", fine: 1.85, coarse: 0, row: [1.85, 1.92, 12.74, 1.987, 0.045] },
  { what: "air with some dust", fine: 1.749, coarse: 0.654, row: [1.92, 2.47, 12.04, 2.633, 0.508] },
  { what: "thick smoke", fine: 2_504, coarse: -48, row: [2_504.43, 2_602.02, 17_237, 2_687.9, 60.709] },
];

for (const { what, fine, coarse, row } of recorded) {
  test(`${what} counts as it was recorded`, () => {
    counted(fine, coarse).forEach((value, i) => expect(Math.abs(value / row[i]! - 1)).toBeLessThan(what === "thick smoke" ? 0.03 : 0.02));
  });
}

test("ever denser smoke: NC0.5 peaks near 61,000 and falls, the large particles grow to a limit", () => {
  const levels = [5_000, 17_800, 35_000, 1e9].map((fine) => counted(fine, 0));
  const small = levels.map((level) => level[2]!);
  expect(Math.max(...small)).toBe(small[1]);
  expect(small[1]).toBeGreaterThan(60_000);
  expect(small[1]).toBeLessThan(62_000);
  expect(levels[3]![1]).toBeGreaterThan(levels[2]![1]!);
  expect(counted(1e9, 1e9)[1]).toBeLessThan(50_000);
});
