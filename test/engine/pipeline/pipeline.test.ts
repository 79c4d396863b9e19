import { expect, test } from "vitest";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const plain = pipeline("small", { from: "readings", schema: smallSchema });

test("outputs are named after the pipeline until a step names them", () => {
  expect(plain).toMatchObject({ predictions: "small_predictions", alerts: "small_alerts", deadLetters: "small_dead_letter", spansMs: [] });
  const named = plain.score({ to: "p" }).alert({ to: "a", holdOffMs: 1 }).reject({ to: "d" }).from("r").labelled("l");
  expect(named).toMatchObject({ predictions: "p", alerts: "a", holdOffMs: 1, deadLetters: "d", readings: "r", schema: { label: "l" } });
});

test("a step changes the pipeline that it returns and no other", () => {
  const trailing = plain.trailing({ spansMs: [5, 1], maxOutOfOrdernessMs: 7 });
  expect(trailing).toMatchObject({ spansMs: [1, 5], maxOutOfOrdernessMs: 7 });
  expect(plain.spansMs).toEqual([]);
});

test.each([[0], [-1], [NaN], [Infinity]])("a span of %d ms is refused", (spanMs) => {
  expect(() => plain.trailing({ spansMs: [1, spanMs] })).toThrow(expect.objectContaining({ code: "MGV_USAGE" }));
});
