import { expect, test } from "vitest";
import { mean, records } from "../../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline, type Pipeline } from "../../../engine/pipeline/pipeline.ts";
import { predictingStep } from "../../../engine/pipeline/predicting-step.ts";
import { sliding, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const source = pipeline("small").from(topic("readings"), smallSchema);
const scored = source.score(model("small"));
const nameOf = ({ steps }: Pipeline) => predictingStep(steps)?.name ?? null;
const hot = { row: ({ b }: { readonly b: number }) => b > 5 };
const same = { "a[C]": mean("a[C]"), b: mean("b"), n: mean("n") };

test("predictions are those of the first output that every scored reading reaches", () => {
  expect(nameOf(scored.alert().to(topic("p"), topic("q"), history()))).toBe("p, q, history");
  expect(nameOf(scored.to(topic("p")).to(topic("q"), history()))).toBe("p");
  expect(nameOf(scored.to(history()).alert().to(topic("p")))).toBe("p");
  expect(nameOf(scored.branch((rows) => rows.filter("only hot", hot).to(topic("hot"))).to(history()))).toBe("history");
  expect(nameOf(source.filter("running", hot).score(model("small")).to(topic("p")))).toBe("p");
  expect(nameOf(scored.branch((rows) => rows.filter("only hot", hot).to(topic("hot"), history())).to(topic("p")))).toBe("p");
});

test("where every output stands behind a filter, they are those of the first to the history, or else of the first", () => {
  const branched = scored.branch((rows) => rows.filter("only hot", hot).to(topic("hot"))).filter("cold", { row: ({ b }) => b < 0 });
  expect(nameOf(branched.to(topic("p"), history()))).toBe("p, history");
  expect(nameOf(branched.to(topic("p")))).toBe("hot");
});

test("rows that are not scored, of windows that close or made by a function are no predictions", () => {
  expect(nameOf(source.to(topic("out")))).toBeNull();
  expect(nameOf(scored)).toBeNull();
  expect(nameOf(source.map("guess", { adds: ["probability"], row: () => ({ probability: 1 }) }).to(topic("out")))).toBeNull();
  expect(nameOf(scored.flatMap("each", { gives: ["probability"], row: (row) => [row] }).to(topic("out")))).toBeNull();
  expect(nameOf(scored.window(tumbling("1m")).aggregate({ n: records(), probability: mean("probability") }).to(topic("out")))).toBeNull();
  expect(nameOf(source.window(tumbling("1m")).aggregate(same).score(model("small")).to(topic("out")))).toBeNull();
});

test("a sliding window is of one reading, and so is what a model says of it", () => {
  expect(nameOf(source.window(sliding("1m")).aggregate(same).score(model("small")).to(topic("p")))).toBe("p");
});
