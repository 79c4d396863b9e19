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

interface Rule {
  readonly spec: Partial<WindowSpec> & Pick<WindowSpec, "kind">;
  /** Event times of sensor 0, or [sensor, event time]. */
  readonly readings: readonly (number | readonly [number, number])[];
  /** Each window with the number of the reading that caused its result; those of the end of the stream carry the number of readings. */
  readonly told: readonly string[];
  readonly late?: readonly number[];
}

function check({ spec, readings, told, late = [] }: Rule): void {
  const whole = { clock: "sensor", maxOutOfOrdernessMs: 0, idleAfterMs: null, forgetAfterMs: null, allowedLatenessMs: 0, emit: "final", aggregates: [], ...spec } as WindowSpec;
  const steps: Step[] = readings.map((each) => {
    const [sensor, timeMs] = typeof each === "number" ? [0, each] : each;
    return { reading: { sensor, timeMs, appendTimeMs: NaN, values: [NaN, NaN, NaN] } };
  });
  for (const run of [kernelRun(kernel, whole, steps, { batchRows: [2] }), referenceRun(whole, steps)]) {
    expect(run.results.map(({ record, sensor, startMs, endMs, count }) => `${record}: [${startMs}, ${endMs}) ${count}${sensor === 0 ? "" : ` of ${sensor}`}`)).toEqual(told);
    expect(run.late).toEqual(late);
  }
}

const tumbling = { kind: "tumbling", sizeMs: 10 } as const;
const hopping = { kind: "hopping", sizeMs: 10, hopMs: 5 } as const;
const session = { kind: "session", gapMs: 5 } as const;

describe("tumbling windows", () => {
  test("are aligned to the epoch; the start is in, the end is not", () => {
    // 0         10        20        30
    // ├─────────┼─────────┼─────────┤
    //         9 10       19 20
    check({ spec: tumbling, readings: [9, 10, 19, 20], told: ["1: [0, 10) 1", "3: [10, 20) 2", "4: [20, 30) 1"] });
  });

  test("fire when the watermark reaches their end: event time less the disorder", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //  1          12 13          disorder 3: the watermark is at 9, then 10
    check({ spec: { ...tumbling, maxOutOfOrdernessMs: 3 }, readings: [1, 12, 13], told: ["2: [0, 10) 1", "3: [10, 20) 2"] });
  });

  test("without readings do not exist", () => {
    // 0         10        20        30
    // ├─────────┼         ┼─────────┤
    //   2                     25
    check({ spec: tumbling, readings: [2, 25], told: ["1: [0, 10) 1", "2: [20, 30) 1"] });
  });

  test("wait for readings out of order within the disorder", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //         9    12              in the order 12, 9: not late
    check({ spec: { ...tumbling, maxOutOfOrdernessMs: 5 }, readings: [12, 9], told: ["2: [0, 10) 1", "2: [10, 20) 1"] });
  });

  test("are gone at their end without lateness: a reading then is late, and goes to the late output", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //   2     8   11               in the order 2, 11, 8
    check({ spec: tumbling, readings: [2, 11, 8], told: ["1: [0, 10) 1", "3: [10, 20) 1"], late: [2] });
  });

  test("a reading behind the watermark is not late while its window is open", () => {
    // 0         10
    // ├─────────┤
    //    4    8                    in the order 8, 4
    check({ spec: tumbling, readings: [8, 4], told: ["2: [0, 10) 2"] });
  });
});

describe("allowed lateness", () => {
  test("`updates` fires at the end and again for each late reading, until the window is gone", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //   2  5  8    12  14 15       in the order 2, 12, 5, 14, 8, 15, 9: gone at 15
    check({
      spec: { ...tumbling, allowedLatenessMs: 5, emit: "updates" },
      readings: [2, 12, 5, 14, 8, 15, 9],
      told: ["1: [0, 10) 1", "2: [0, 10) 2", "4: [0, 10) 3", "7: [10, 20) 3"],
      late: [6],
    });
  });

  test("`final` fires once, when the window is gone (unlike Flink)", () => {
    // the same line
    check({
      spec: { ...tumbling, allowedLatenessMs: 5 },
      readings: [2, 12, 5, 14, 8, 15, 9],
      told: ["5: [0, 10) 3", "7: [10, 20) 3"],
      late: [6],
    });
  });

  test("a late reading makes a window that had none, and it fires at once", () => {
    // 0         10        20
    // ├─────────┼─────────┤
    //        7      14             in the order 14, 7
    check({ spec: { ...tumbling, allowedLatenessMs: 5, emit: "updates" }, readings: [14, 7], told: ["1: [0, 10) 1", "2: [10, 20) 1"] });
  });
});

describe("hopping windows", () => {
  test("overlap: a reading is in size / hop of them, the first before the epoch", () => {
    //  -5   0    5    10   15
    //  ├─────────┤
    //       ├─────────┤
    //            ├─────────┤
    //         2     7
    check({ spec: hopping, readings: [2, 7], told: ["1: [-5, 5) 1", "2: [0, 10) 2", "2: [5, 15) 1"] });
  });

  test("a late reading goes into those of its windows that are not gone", () => {
    //  0    5    10   15
    //  ├─────────┤            gone at 11
    //       ├─────────┤
    //         7   11          in the order 11, 7
    check({ spec: hopping, readings: [11, 7], told: ["2: [5, 15) 2", "2: [10, 20) 1"] });
  });

  test("and is late when all are", () => {
    //  0    5    10   15
    //       ├─────────┤       gone at 16
    //         7        16
    check({ spec: hopping, readings: [16, 7], told: ["2: [10, 20) 1", "2: [15, 25) 1"], late: [1] });
  });

  test("may have a hop that does not divide their size", () => {
    // -6   -2    2    6    10   14
    //  ├────────────┤                   [-8, 2) [-4, 6) [0, 10) [4, 14): size 10, hop 4
    //         1    5
    check({ spec: { kind: "hopping", sizeMs: 10, hopMs: 4 }, readings: [1, 5], told: ["1: [-8, 2) 1", "2: [-4, 6) 2", "2: [0, 10) 2", "2: [4, 14) 1"] });
  });
});

describe("sessions", () => {
  test("end a gap after their last reading", () => {
    //  1  4              12
    //  ├──┴────┤ 9       ├────┤ 17
    check({ spec: session, readings: [1, 4, 12], told: ["2: [1, 9) 2", "3: [12, 17) 1"] });
  });

  test("a reading as far as the gap belongs to the session: windows that touch are merged", () => {
    //  1    6
    //  ├────┼────┤ 11
    check({ spec: session, readings: [1, 6], told: ["2: [1, 11) 2"] });
  });

  test("two are merged by a reading between them", () => {
    //  1         9
    //  ├────┤ 6  ├────┤ 14
    //       5                      in the order 1, 9, 5, with disorder
    //  ├──────────────┤ 14
    check({ spec: { ...session, maxOutOfOrdernessMs: 20 }, readings: [1, 9, 5], told: ["3: [1, 14) 3"] });
  });

  test("merged ones fire again, as one, while it is not gone", () => {
    //  1       9          20
    //  ├────┤  ├────┤ 14  ├────┤       lateness 30; told at 20; 5 comes then and makes [1, 14)
    //     5
    check({
      spec: { ...session, allowedLatenessMs: 30, emit: "updates" },
      readings: [1, 9, 20, 5],
      told: ["1: [1, 6) 1", "2: [9, 14) 1", "3: [1, 14) 3", "4: [20, 25) 1"],
    });
  });

  test("a late reading that touches an open session is in it, though a session of its own would be gone", () => {
    //  10  14           29            lateness 10: [10, 19) is gone at 29
    //  ├───┴────┤ 19    ·
    // 8                               in the order 10, 14, 28, 8: alone, [8, 13) was gone at 23
    check({ spec: { ...session, allowedLatenessMs: 10 }, readings: [10, 14, 28, 8, 29], told: ["4: [8, 19) 3", "5: [28, 34) 2"] });
  });

  test("and is late if it touches none", () => {
    check({ spec: { ...session, allowedLatenessMs: 10 }, readings: [10, 14, 28, 4], told: ["4: [10, 19) 2", "4: [28, 33) 1"], late: [3] });
  });
});

describe("watermarks", () => {
  test("of other sensors close nothing (unlike Flink)", () => {
    // sensor 0   3
    // sensor 1         95
    check({ spec: tumbling, readings: [3, [1, 95], 7], told: ["3: [0, 10) 2", "3: [90, 100) 1 of 1"] });
  });

  test("clock `partition`: of other sensors close windows, and make readings late", () => {
    check({ spec: { ...tumbling, clock: "partition" }, readings: [3, [1, 95], 7], told: ["1: [0, 10) 1", "3: [90, 100) 1 of 1"], late: [2] });
  });

  test("results of one record come in order of end, start and sensor", () => {
    check({
      spec: { ...tumbling, clock: "partition", maxOutOfOrdernessMs: 30 },
      readings: [[2, 3], [1, 13], [1, 4], [0, 15], [0, 60]],
      told: ["4: [0, 10) 1 of 1", "4: [0, 10) 1 of 2", "4: [10, 20) 1", "4: [10, 20) 1 of 1", "5: [60, 70) 1"],
    });
  });
});
