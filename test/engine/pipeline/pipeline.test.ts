import { describe, expect, test } from "vitest";
import { max, mean, percentile } from "../../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { hopping, session, sliding, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const plain = pipeline("small").from(topic("readings"), smallSchema);
const refused = (message: string) => expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(message) as string });

test("alerts and dead letters are named after the pipeline until a step names them; predictions have a topic where a step writes them", () => {
  expect(plain).toMatchObject({ predictions: null, alerts: "small_alerts", deadLetters: "small_dead_letter", readings: "readings", spansMs: [] });
  const named = plain.score(model("m")).alert({ to: topic("a"), holdOff: "1ms" }).to(topic("p"), history()).reject(topic("d")).readFrom(topic("r")).labelled("l");
  expect(named).toMatchObject({ predictions: "p", alerts: "a", holdOffMs: 1, deadLetters: "d", readings: "r", schema: { label: "l" } });
});

test("alerts of all steps are known by their kinds and topics", () => {
  expect([plain.alertKinds, plain.alertTopics]).toEqual([[], []]);
  const watched = plain.rules({ name: "bounds", fields: [], patterns: [] }, { to: topic("a") }).anomalies({ fields: ["b"], to: topic("c") });
  const alerting = watched.score(model("m")).alert({ of: "leak", to: topic("a"), holdOff: "1ms" });
  expect([alerting.alertKinds, alerting.alertTopics]).toEqual([["threshold", "pattern", "anomaly", "leak"], ["a", "c"]]);
  expect(alerting.outputTopics).toEqual(["a", "c", "small_dead_letter"]);
});

test("a step changes the pipeline that it returns and no other", () => {
  const longer = plain.features(trailing("5s", "1s"));
  expect(longer.spansMs).toEqual([1000, 5000]);
  expect(plain.spansMs).toEqual([]);
});

test("event time has the clock's settings and the key that is looked at first", () => {
  const timed = plain.eventTime("t", { maxOutOfOrderness: "5s", idleAfter: "30s", per: "partition" });
  expect(timed.clock).toMatchObject({ per: "partition", maxOutOfOrdernessMs: 5000, idleAfterMs: 30_000, maxAheadMs: 300_000, forgetAfterMs: 86_400_000 });
  expect(plain.clock).toMatchObject({ per: "sensor", maxOutOfOrdernessMs: 10_000, idleAfterMs: null });
  expect(timed.eventTime("t").steps).toHaveLength(2);
});

test("rows carry the fields that their steps give", () => {
  const mapped = plain.map("twice", { adds: ["double"], row: (row) => ({ double: row["a[C]"] * 2 }) }).filter("warm", { row: (row) => row.double > 0 });
  expect(mapped.fields).toEqual(["a[C]", "b", "n", "label", "double"]);
  const windowed = mapped.window(hopping("5m", "1m")).aggregate({ mean_a: mean("a[C]"), worst: max("double"), p95: percentile("b", 95) });
  expect(windowed.fields).toEqual(["mean_a", "worst", "p95"]);
  expect(windowed.flatMap("halves", { gives: ["half"], row: (row) => [{ half: row.worst / 2 }, { half: row.mean_a / 2 }] }).fields).toEqual(["half"]);
  expect(plain.score(model("m")).fields).toEqual(["a[C]", "b", "n", "label", "margin", "probability", "prediction"]);
});

test("a branch takes rows from where it begins, and the stream goes on from there too", () => {
  const branched = plain.branch((rows) => rows.window(tumbling("1m")).aggregate({ m: mean("b") }).to(topic("minutes"))).score(model("m")).to(topic("p"));
  expect(branched.steps.map(({ name, input }) => [name, input])).toEqual([
    ["readings", null],
    ["window 1m", "readings"],
    ["minutes", "window 1m"],
    ["score", "readings"],
    ["p", "score"],
  ]);
  expect(branched.predictions).toBe("p");
});

describe("what cannot be is refused in words", () => {
  test.each<[string, () => unknown, string]>([
    ["a span that is none", () => plain.features({ spansMs: [1, NaN] }), "Trailing spans must be above 0 ms"],
    ["a duration without a unit", () => plain.eventTime("t", { idleAfter: "30" as "30s" }), 'idleAfter is "30"; it must be a number and a unit, such as 500ms, 5s'],
    ["a window that leaves gaps", () => hopping("1m", "5m"), "the hop must not be longer"],
    ["a window of nothing", () => tumbling("0s"), "above 0"],
    ["a percentile beyond 100", () => percentile("b", 101), "between 0 and 100"],
    ["two steps of one name", () => plain.score(model("m")).score(model("m")), 'two steps called "score"'],
    ["an alert without a probability", () => plain.alert(), "put .score(…) before it"],
    ["an alert on a probability that no model gave", () => plain.map("guess", { adds: ["probability"], row: () => ({ probability: 1 }) }).alert(), "put .score(…) before it"],
    ["an alert behind a function that makes other rows", () => plain.score(model("m")).flatMap("each", { gives: ["probability"], row: (row) => [row] }).alert(), "no .window(…) or .flatMap(…) between them"],
    ["an alert on windows of scored rows", () => plain.score(model("m")).window(tumbling("1m")).aggregate({ probability: mean("probability") }).alert(), "no .window(…) or .flatMap(…) between them"],
    ["a field that is there already", () => plain.map("again", { adds: ["b"], row: () => ({ b: 1 }) }), '"b", which is there already'],
    ["a field that is not there", () => plain.window(session("1m")).aggregate({ m: mean("a C" as "b") }), 'Did you mean a[C]?'],
    ["a key of another kind", () => plain.keyBy("sensorid" as "sensor_id"), "Did you mean sensor_id?"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(refused(message));
  });
});

/** Never run: each line must be red in an editor, or `tsc` fails. */
export function mustNotCompile(): void {
  // @ts-expect-error a field that is not there
  plain.map("m", { adds: ["x"], row: (row) => ({ x: row["A[C]"] }) });
  // @ts-expect-error a field that the function does not give
  plain.map("m", { adds: ["x"], row: () => ({ y: 1 }) });
  // @ts-expect-error a field of an aggregate that is not there
  plain.window(sliding("1m")).aggregate({ m: mean("c") });
  // @ts-expect-error a duration without a unit
  tumbling("5");
  // @ts-expect-error a key that is none of event time
  plain.eventTime("UTC");
  // @ts-expect-error a key that names no sensor
  plain.keyBy("device");
  // @ts-expect-error rows of a window have its aggregates only
  plain.window(tumbling("1m")).aggregate({ m: mean("b") }).filter("f", { row: (row) => row.b > 1 });
}
