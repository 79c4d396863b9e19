import { describe, expect, test } from "vitest";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { WindowSpec } from "../../../kernel-as/window-spec.ts";
import { kernelRun, referenceRun, type Step } from "../../fixtures/window-runs.ts";

const kernel = await loadKernel();

/*
 * The rules that Apache Flink documents for event-time windows (docs/dev/datastream/operators/windows: assigners, allowed lateness, late side output; class
 * TimeWindow), each on a line of time. Where we differ, the test says `unlike Flink`:
 *
 *   - each sensor has a watermark of its own (clock `sensor`); Flink's is one for all keys of a subtask, as with clock `partition`
 *   - a watermark moves with every record; Flink's bounded disorder emits one every 200 ms of machine time
 *   - `final` waits for the lateness and tells a window once; Flink's default trigger, as `updates`, fires at its end and for each later reading
 *   - a reading is late if all its windows are gone; Flink sends to the side output under the same rule, and drops where there is none
 *   - results of one record come in order of end, start and sensor; Flink's timers of one time have no order
 *   - at the end of the source what is open is told, as Flink's last watermark does, and sensors are forgotten
 */

/**
 * `told`: each window with the number of the reading that caused its result; those of the end of the stream carry the number of readings. Throws where the
 * oracle says otherwise. A reading is an event time of sensor 0, or a sensor and its event time.
 */
function run(spec: Partial<WindowSpec>, readings: readonly (number | readonly [number, number])[]): { told: string[]; late: readonly number[] } {
  const whole = { clock: "sensor", maxOutOfOrdernessMs: 0, idleAfterMs: null, forgetAfterMs: null, allowedLatenessMs: 0, emit: "final", aggregates: [], ...spec } as WindowSpec;
  const steps: Step[] = readings.map((each) => {
    const [sensor, timeMs] = typeof each === "number" ? [0, each] : each;
    return { reading: { sensor, timeMs, appendTimeMs: NaN, values: [NaN, NaN, NaN] } };
  });
  const found = kernelRun(kernel, whole, steps, { batchRows: [2] });
  expect(found).toEqual(referenceRun(whole, steps));
  const told = found.results.map(({ record, sensor, startMs, endMs, count }) => `${record}: [${startMs}, ${endMs}) ${count}${sensor === 0 ? "" : ` of ${sensor}`}`);
  return { told, late: found.late };
}

const tumbling = { kind: "tumbling", sizeMs: 10 } as const;
const hopping = { kind: "hopping", sizeMs: 10, hopMs: 5 } as const;
const session = { kind: "session", gapMs: 5 } as const;

describe("tumbling windows", () => {
  test("are aligned to the epoch; the start is in, the end is not", () => {
    // 0         10        20        30
    // ├─────────┼─────────┼─────────┤
    //         9 10       19 20
    expect(run(tumbling, [9, 10, 19, 20])).toEqual({ told: ["1: [0, 10) 1", "3: [10, 20) 2", "4: [20, 30) 1"], late: [] });
  });

  test("fire when the watermark reaches their end: event time less the disorder", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //  1          12 13          disorder 3: the watermark is at 9, then 10
    expect(run({ ...tumbling, maxOutOfOrdernessMs: 3 }, [1, 12, 13])).toEqual({ told: ["2: [0, 10) 1", "3: [10, 20) 2"], late: [] });
  });

  test("without readings do not exist", () => {
    // 0         10        20        30
    // ├─────────┼         ┼─────────┤
    //   2                     25
    expect(run(tumbling, [2, 25])).toEqual({ told: ["1: [0, 10) 1", "2: [20, 30) 1"], late: [] });
  });

  test("wait for readings out of order within the disorder", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //         9    12              in the order 12, 9: not late
    expect(run({ ...tumbling, maxOutOfOrdernessMs: 5 }, [12, 9])).toEqual({ told: ["2: [0, 10) 1", "2: [10, 20) 1"], late: [] });
  });

  test("are gone at their end without lateness: a reading then is late, and goes to the late output", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //   2     8   11               in the order 2, 11, 8
    expect(run(tumbling, [2, 11, 8])).toEqual({ told: ["1: [0, 10) 1", "3: [10, 20) 1"], late: [2] });
  });

  test("a reading behind the watermark is not late while its window is open", () => {
    // 0         10
    // ├─────────┤
    //    4    8                    in the order 8, 4
    expect(run(tumbling, [8, 4])).toEqual({ told: ["2: [0, 10) 2"], late: [] });
  });
});

describe("allowed lateness", () => {
  test("`updates` fires at the end and again for each late reading, until the window is gone", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //   2  5  8    12  14 15       in the order 2, 12, 5, 14, 8, 15, 9: gone at 15
    expect(run({ ...tumbling, allowedLatenessMs: 5, emit: "updates" }, [2, 12, 5, 14, 8, 15, 9])).toEqual({ told: ["1: [0, 10) 1", "2: [0, 10) 2", "4: [0, 10) 3", "7: [10, 20) 3"], late: [6] });
  });

  test("`updates` fires again where the watermark is at the end to the millisecond", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //   2  5    10                 in the order 2, 10, 5
    expect(run({ ...tumbling, allowedLatenessMs: 5, emit: "updates" }, [2, 10, 5])).toEqual({ told: ["1: [0, 10) 1", "2: [0, 10) 2", "3: [10, 20) 1"], late: [] });
  });

  test("`final` fires once, when the window is gone (unlike Flink)", () => {
    // the same line
    expect(run({ ...tumbling, allowedLatenessMs: 5 }, [2, 12, 5, 14, 8, 15, 9])).toEqual({ told: ["5: [0, 10) 3", "7: [10, 20) 3"], late: [6] });
  });

  test("a late reading makes a window that had none, and it fires at once", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //        7      14             in the order 14, 7
    expect(run({ ...tumbling, allowedLatenessMs: 5, emit: "updates" }, [14, 7])).toEqual({ told: ["1: [0, 10) 1", "2: [10, 20) 1"], late: [] });
  });
});

describe("hopping windows", () => {
  test("overlap: a reading is in size / hop of them, the first before the epoch", () => {
    //  -5   0    5    10   15
    //  ├─────────┤
    //       ├─────────┤
    //            ├─────────┤
    //         2     7
    expect(run(hopping, [2, 7])).toEqual({ told: ["1: [-5, 5) 1", "2: [0, 10) 2", "2: [5, 15) 1"], late: [] });
  });

  test("a late reading goes into those of its windows that are not gone", () => {
    //  0    5    10   15
    //  ├─────────┤            gone at 11
    //       ├─────────┤
    //         7   11          in the order 11, 7
    expect(run(hopping, [11, 7])).toEqual({ told: ["2: [5, 15) 2", "2: [10, 20) 1"], late: [] });
  });

  test("and is late when all are", () => {
    //  0    5    10   15
    //       ├─────────┤       gone at 16
    //         7        16
    expect(run(hopping, [16, 7])).toEqual({ told: ["2: [10, 20) 1", "2: [15, 25) 1"], late: [1] });
  });

  test("may have a hop that does not divide their size", () => {
    // -6   -2    2    6    10   14
    //  ├────────────┤                   [-8, 2) [-4, 6) [0, 10) [4, 14): size 10, hop 4
    //         1    5
    expect(run({ kind: "hopping", sizeMs: 10, hopMs: 4 }, [1, 5])).toEqual({ told: ["1: [-8, 2) 1", "2: [-4, 6) 2", "2: [0, 10) 2", "2: [4, 14) 1"], late: [] });
  });
});

describe("sessions", () => {
  test("end a gap after their last reading", () => {
    //  1  4              12
    //  ├──┴────┤ 9       ├────┤ 17
    expect(run(session, [1, 4, 12])).toEqual({ told: ["2: [1, 9) 2", "3: [12, 17) 1"], late: [] });
  });

  test("a reading as far as the gap belongs to the session: windows that touch are merged", () => {
    //  1    6
    //  ├────┼────┤ 11
    expect(run(session, [1, 6])).toEqual({ told: ["2: [1, 11) 2"], late: [] });
  });

  test("two are merged by a reading between them", () => {
    //  1         9
    //  ├────┤ 6  ├────┤ 14
    //       5                      in the order 1, 9, 5, with disorder
    //  ├──────────────┤ 14
    expect(run({ ...session, maxOutOfOrdernessMs: 20 }, [1, 9, 5])).toEqual({ told: ["3: [1, 14) 3"], late: [] });
  });

  test("merged ones fire again, as one, while it is not gone", () => {
    //  1       9          20
    //  ├────┤  ├────┤ 14  ├────┤       lateness 30; told at 20; 5 comes then and makes [1, 14)
    //     5
    expect(run({ ...session, allowedLatenessMs: 30, emit: "updates" }, [1, 9, 20, 5])).toEqual({ told: ["1: [1, 6) 1", "2: [9, 14) 1", "3: [1, 14) 3", "4: [20, 25) 1"], late: [] });
  });

  test("a late reading that touches an open session is in it, though a session of its own would be gone", () => {
    //  10  14           29            lateness 10: [10, 19) is gone at 29
    //  ├───┴────┤ 19    ·
    // 8                               in the order 10, 14, 28, 8: alone, [8, 13) was gone at 23
    expect(run({ ...session, allowedLatenessMs: 10 }, [10, 14, 28, 8, 29])).toEqual({ told: ["4: [8, 19) 3", "5: [28, 34) 2"], late: [] });
  });

  test("and is late if it touches none", () => {
    expect(run({ ...session, allowedLatenessMs: 10 }, [10, 14, 28, 4])).toEqual({ told: ["4: [10, 19) 2", "4: [28, 33) 1"], late: [3] });
  });
});

describe("watermarks", () => {
  test("of other sensors close nothing (unlike Flink)", () => {
    // sensor 0   3
    // sensor 1         95
    expect(run(tumbling, [3, [1, 95], 7])).toEqual({ told: ["3: [0, 10) 2", "3: [90, 100) 1 of 1"], late: [] });
  });

  test("clock `partition`: of other sensors close windows, and make readings late", () => {
    expect(run({ ...tumbling, clock: "partition" }, [3, [1, 95], 7])).toEqual({ told: ["1: [0, 10) 1", "3: [90, 100) 1 of 1"], late: [2] });
  });

  test("results of one record come in order of end, start and sensor", () => {
    expect(run({ ...tumbling, clock: "partition", maxOutOfOrdernessMs: 30 }, [[2, 3], [1, 13], [1, 4], [0, 15], [0, 60]])).toEqual({ told: ["4: [0, 10) 1 of 1", "4: [0, 10) 1 of 2", "4: [10, 20) 1", "4: [10, 20) 1 of 1", "5: [60, 70) 1"], late: [] });
  });
});
