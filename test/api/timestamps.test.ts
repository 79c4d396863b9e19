import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Timestamps } from "../../api/timestamps.ts";

test("times are written as Date writes them, in any order", () => {
  const timestamps = new Timestamps();
  const time = fc.oneof(fc.double({ min: -62e12, max: 253e12, noNaN: true }), fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 }));
  fc.assert(fc.property(time, (timeMs) => {
    expect(timestamps.of(timeMs)).toBe(new Date(timeMs).toISOString());
  }));
});
