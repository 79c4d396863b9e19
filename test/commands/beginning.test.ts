import { expect, test } from "vitest";
import { beginningOf } from "../../commands/beginning.ts";

test("a beginning is an end of the topic or a time, with its unit told by its size", () => {
  expect(beginningOf("earliest")).toBe("earliest");
  expect(beginningOf("latest")).toBe("latest");
  const atMs = Date.UTC(2026, 1, 28, 6, 30);
  for (const text of ["2026-02-28T06:30:00Z", "2026-02-28T07:30+01:00", "1772260200", "1772260200000"]) expect(beginningOf(text), text).toEqual({ atMs });
  expect(beginningOf("1772260200.25")).toEqual({ atMs: atMs + 250 });
  expect(beginningOf("0")).toEqual({ atMs: 0 });
  expect(beginningOf("99999999999")).toEqual({ atMs: 99_999_999_999_000 });
  expect(beginningOf("100000000000")).toEqual({ atMs: 100_000_000_000 });
});

test("what is no time, or one that Kafka cannot be asked for, is refused with an example", () => {
  for (const text of ["yesterday", "", "2026-02-30T06:30:00Z", "2026-02-28T06:30:00", "-1", "1e3", "1969-12-31T23:59:59Z", "9000000000000000"]) {
    expect(() => beginningOf(text), text).toThrow(
      expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(`not "${text}": for example --from 2026-02-28T06:30:00Z`) as string }),
    );
  }
});
