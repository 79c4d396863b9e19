import { describe, expect, test } from "vitest";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { givenAnswer, givenNumber, unkept } from "../../../engine/task/given.ts";
import { PipelineDriver } from "../../../engine/testing.ts";
import { smallSchema } from "../../fixtures/readings.ts";

/** As JavaScript has it, and whoever has no editor that knows types. */
type Untyped = any; // eslint-disable-line @typescript-eslint/no-explicit-any

const rows = (): Untyped => pipeline("small").from(topic("readings"), smallSchema);
const readings = [1, 2, 3].map((b) => ({ t: b, "a[C]": 1, b, sensor_id: "s" }));

async function reasonsOf(steps: Untyped): Promise<string[]> {
  using driver = await PipelineDriver.open(steps.to(topic("out")));
  driver.pipe(readings);
  expect(driver.output("out")).toEqual([]);
  return driver.output("small_dead_letter").map(({ reason }) => reason as string);
}

describe("a function that does not do what it is meant to makes dead letters, and neither drops nor keeps in silence", () => {
  test.each<[string, () => Untyped, RegExp]>([
    ["a filter without an answer", () => rows().filter("high", { row: ({ b }: Untyped) => void (b > 1) }), /"high" failed: it gave undefined, and neither true nor false/],
    ["a filter that answers later", () => rows().filter("high", { row: async () => true }), /"high" failed: it gave a promise, and neither/],
    ["a filter of a field that is spelled otherwise", () => rows().filter("high", { row: ({ n1 }: Untyped) => n1 > 1 }), /"high" failed: the row has no "n1"\..* It has a\[C\], b, n, label/],
    ["a map that gives another field", () => rows().map("m", { adds: ["twice"], row: ({ b }: Untyped) => ({ twcie: 2 * b }) }), /"m" failed: it gave no "twice"/],
    ["a map that gives a text", () => rows().map("m", { adds: ["twice"], row: () => ({ twice: "2" }) }), /"m" failed: it gave "2" for "twice", which is no number/],
    ["rows without a field", () => rows().flatMap("f", { gives: ["part"], row: () => [{ prat: 1 }] }), /"f" failed: it gave no "part"/],
  ])("%s", async (_what, build, sentence) => {
    const reasons = await reasonsOf(build());
    expect(reasons).toHaveLength(readings.length);
    for (const reason of reasons) expect(reason).toMatch(sentence);
  });
});

test("numbers, missing values and answers are taken as they are meant", () => {
  expect([2, null, true, NaN].map((x) => givenNumber({ x }, "x"))).toEqual([2, NaN, 1, NaN]);
  expect([true, false, 1, 0, NaN].map(givenAnswer)).toEqual([true, false, true, false, false]);
});

test("languages may ask of a row what they ask of any object", async () => {
  using driver = await PipelineDriver.open(rows().map("m", { adds: ["length"], row: (row: Untyped) => ({ length: JSON.stringify(row).length + String(row).length + Object.keys({ ...row }).length }) }).to(topic("out")));
  driver.pipe(readings);
  expect(driver.output("out")).toHaveLength(3);
});

test.each<[unknown, string | null]>([
  [{ last: 0, list: [1, "a", null, true], none: undefined }, null],
  [null, null],
  [{ last: NaN }, ".last"],
  [{ list: [1, { x: -0 }] }, ".list.1.x"],
  [{ list: [undefined] }, ".list.0"],
  [new Map(), ""],
  [{ when: new Date(0) }, ".when"],
  [{ seen: 1n }, ".seen"],
])("of a state %o a snapshot cannot keep %o", (state, place) => {
  expect(unkept(state)).toBe(place);
});

test("a step with a state that no snapshot keeps is refused before anything is read", async () => {
  const steps = rows().map("m", { adds: ["c"], state: () => ({ seen: new Map() }), row: () => ({ c: 1 }) }).to(topic("out"));
  await expect(PipelineDriver.open(steps)).rejects.toMatchObject({ code: "MGV_STEP", message: expect.stringMatching(/"m" failed: its state\.seen is not what JSON keeps/) as string });
});
