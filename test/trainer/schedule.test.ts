import { expect, test } from "vitest";
import { runIfDue } from "../../trainer/schedule.ts";

const HOUR_MS = 3_600_000;

/** A program and what outlives it. */
function program(state: { lastMs: number | null }) {
  const ran: string[] = [];
  let nowMs = 0;
  const look = async (time: string) => {
    nowMs = Date.parse(time);
    return runIfDue({
      table: { everyHours: 24, hour: 2, timeZone: "UTC" },
      now: () => nowMs,
      lastBegunMs: async () => state.lastMs,
      setLastBegunMs: async (timeMs) => void (state.lastMs = timeMs),
      job: async () => {
        ran.push(new Date(nowMs).toISOString());
        nowMs += 3 * HOUR_MS; // it takes its time
      },
    });
  };
  return { ran, look };
}

test("the first night after the first start, and once a night however often one looks", async () => {
  const { ran, look } = program({ lastMs: null });
  for (const time of ["2026-05-01T01:00Z", "2026-05-01T01:59Z", "2026-05-01T02:00Z", "2026-05-01T02:01Z", "2026-05-01T23:00Z", "2026-05-02T02:00Z", "2026-05-02T05:01Z"]) await look(time);
  expect(ran).toEqual(["2026-05-01T02:00:00.000Z", "2026-05-02T02:00:00.000Z"]);
});

test("a first start after the hour has missed nothing; nights in which the program was down are made up for once", async () => {
  const state = { lastMs: null };
  expect(await program(state).look("2026-05-01T09:00Z")).toBe(false);
  const { ran, look } = program(state);
  await look("2026-05-04T12:00Z");
  await look("2026-05-04T12:01Z");
  expect(ran).toEqual(["2026-05-04T12:00:00.000Z"]);
});

test("a clock that was ahead and is put right does not keep a job from running", async () => {
  const state = { lastMs: Date.parse("2030-01-01T02:00Z") };
  const { ran, look } = program(state);
  for (const time of ["2026-05-01T09:00Z", "2026-05-02T01:59Z", "2026-05-02T02:00Z"]) await look(time);
  expect(ran).toEqual(["2026-05-02T02:00:00.000Z"]);
});
