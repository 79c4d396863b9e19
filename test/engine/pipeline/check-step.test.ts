import { describe, expect, test } from "vitest";
import { computed, mean, records } from "../../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { derived, trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { hopping, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { field, schema } from "../../../kernel-as/schema.ts";

/** As JavaScript has it, and whoever has no editor that knows types. */
type Untyped = any; // eslint-disable-line @typescript-eslint/no-explicit-any

const room = schema({ fields: [field("a"), field("b")], time: { keys: ["t"], unit: "s" }, sensorKeys: ["id"], label: "fault" });
const rows = (): Untyped => pipeline("checked").from(topic("readings"), room);
const scored = (): Untyped => rows().score(model("m"));
const rule = (bound: object) => ({ name: "r", patterns: [], fields: [{ field: "a", bounds: [bound] }] });

/** Two signs, of which both are grave. */
const pattern = (changed: object) => ({
  name: "r",
  fields: [],
  patterns: [{ name: "p", signs: [{ field: "a", above: 1 }, { field: "b", above: 1 }], severities: [{ signs: 2, severity: "HIGH" }, { signs: 1, severity: "LOW" }], ...changed }],
});

const refused = (sentence: RegExp) => expect.objectContaining({ code: "MGV_USAGE", message: expect.stringMatching(sentence) as string }) as Error;

describe("a step that would do nothing, or something else, without a word is refused", () => {
  test.each<[string, () => unknown]>([
    ["from", () => pipeline("checked").from("readings" as Untyped, room)],
    ["to", () => rows().to("results")],
    ["to", () => rows().to()],
    ["filter", () => rows().filter("high", () => true)],
    ["filter", () => rows().filter("high", { row: () => true, columns: () => [] })],
    ["map", () => rows().map("twice", { row: () => ({ c: 1 }) })],
    ["map", () => rows().map("twice", { adds: ["c"] })],
    ["map", () => rows().map({ adds: ["c"], row: () => ({ c: 1 }) })],
    ["map", () => rows().map("twice", { adds: ["c"], columns: () => ({ c: [] }), state: () => ({}) })],
    ["flatMap", () => rows().flatMap("parts", { row: () => [] })],
    ["flatMap", () => rows().flatMap("parts", { gives: ["c"], row: [] })],
    ["features", () => rows().features("1m")],
    ["features", () => rows().features([trailing("1m")])],
    ["score", () => rows().score("m")],
    ["alert", () => scored().alert({ above: "high" })],
    ["alert", () => scored().alert({ above: 2 })],
    ["alert", () => scored().alert({ above: NaN })],
    ["alert", () => scored().alert({ to: "alerts" })],
    ["rules", () => rows().rules()],
    ["rules", () => rows().rules({ name: "r", fields: [] })],
    ["rules", () => rows().rules(rule({ above: 3 }))],
    ["rules", () => rows().rules(rule({ above: 3, severity: "BAD" }))],
    ["rules", () => rows().rules(rule({ severity: "HIGH" }))],
    ["rules", () => rows().rules(rule({ above: "3", severity: "HIGH" }))],
    ["rules", () => rows().rules({ name: "r", patterns: [], fields: [{ field: "a", bounds: [null] }] })],
    ["rules", () => rows().rules(pattern({ signs: [{ field: "a" }] }))],
    ["rules", () => rows().rules(pattern({ severities: [] }))],
    ["rules", () => rows().rules(pattern({ severities: [{ signs: 3, severity: "HIGH" }] }))],
    ["rules", () => rows().rules(pattern({ severities: [{ signs: 1, severity: "LOW" }, { signs: 2, severity: "HIGH" }] }))],
    ["rules", () => rows().rules(pattern({ severities: [{ signs: 2, severity: "LOW" }, null] }))],
    ["anomalies", () => rows().anomalies()],
    ["anomalies", () => rows().anomalies({ fields: [] })],
    ["anomalies", () => rows().anomalies({ fields: ["a"], window: 10, atLeast: 30 })],
    ["anomalies", () => rows().anomalies({ fields: ["a"], medium: 5, high: 4 })],
    ["window", () => rows().window("1m").aggregate({ n: records() })],
    ["window", () => rows().window(tumbling("1m")).aggregate()],
    ["window", () => rows().window(tumbling("1m")).aggregate({})],
    ["window", () => rows().window(tumbling("1m")).aggregate({ n: records })],
    ["window", () => rows().window(tumbling("1m")).aggregate({ n: "mean" })],
    ["window", () => rows().window(tumbling("1m")).aggregate({ n: mean(undefined as Untyped) })],
    ["window", () => rows().window(tumbling("1m")).aggregate({ n: computed("a" as Untyped, () => 1) })],
    ["window", () => rows().window(tumbling("1m"), { emit: "all" }).aggregate({ n: records() })],
    ["window", () => rows().window(tumbling("1m"), { late: "late" }).aggregate({ n: records() })],
    ["branch", () => rows().branch()],
    ["branch", () => rows().branch(() => {})],
    ["branch", () => rows().branch((each: Untyped) => (each.filter("high", { row: () => true }), each))],
    ["branch", () => rows().filter("f", { row: () => true }).branch(() => rows().to(topic("elsewhere")))],
    ["reject", () => rows().reject()],
    ["reject", () => rows().reject("dead")],
    ["eventTime", () => rows().eventTime()],
    ["eventTime", () => rows().eventTime("t", { per: "machine" })],
  ])("%s, case %#", (step, build) => {
    expect(build).toThrow(refused(new RegExp(`a step \\.${step}\\(…\\) that cannot be read\\. It is written like this: \\.${step}\\(`)));
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["alert", () => scored().alert({ holdoff: "10m" }), /\.alert\(…\) does not take "holdoff"\. Did you mean "?holdOff"?\?.* It takes of, above, holdOff, to, name\.$/],
  ["eventTime", () => rows().eventTime("t", { maxOutOfOrdernes: "5s" }), /does not take "maxOutOfOrdernes"\. Did you mean "?maxOutOfOrderness/],
  ["window", () => rows().window(tumbling("1m"), { lateness: "5s" }), /\.window\(…\) does not take "lateness"/],
  ["field", () => field("a", { minimum: 3 } as Untyped), /^field\("a"\) does not take "minimum"\..* It takes aliases, unit, min, max, missing, feature\.$/],
  ["features", () => rows().features({ spanMs: [1000] }), /\.features\(…\) does not take "spanMs"\. Did you mean "?spansMs/],
  ["rules", () => rows().rules({ name: "r", patterns: [], fields: [{ field: "a", bounds: [{ above: 3, bellow: 1, severity: "HIGH" }] }] }), /\.rules\(…\) does not take "bellow"\. Did you mean "?below/],
  ["features", () => rows().features({ spans: ["1m"] }), /\.features\(…\) does not take "spans"\..* It takes spansMs, trailing, derived\.$/],
  ["trailing", () => trailing("1m", { off: ["slope"] } as Untyped), /^trailing\(…\) takes spans, and behind them .* \{ of: \["slope", "spread"\] \}\)\.$/],
  ["trailing", () => trailing("1m", { of: ["slope"], off: [] } as Untyped), /^trailing\(…\) takes spans/],
  ["trailing", () => trailing("1m", { of: "slope" } as Untyped), /^trailing\(…\) takes spans/],
  ["trailing", () => trailing(["1m", "5m"] as Untyped), /^trailing\(…\) takes spans/],
  ["derived", () => derived(undefined as Untyped), /^derived\(…\) takes features by their names/],
  ["map", () => rows().map("m", { adds: ["c"], rows: () => ({ c: 1 }) }), /\.map\(…\) does not take "rows"\./],
])("a word that %s does not take counts for nothing, and is told", (_step, build, sentence) => {
  expect(build).toThrow(refused(sentence));
});

test.each<[string, () => unknown, RegExp]>([
  ["topic", () => topic(undefined as Untyped), /^topic\(undefined\): the name of a topic has letters/],
  ["topic", () => topic("a b"), /^topic\("a b"\)/],
  ["topic", () => topic(".."), /^topic\("\.\."\)/],
  ["pipeline", () => pipeline("a/b"), /^pipeline\("a\/b"\)/],
  ["model", () => model(undefined as Untyped), /^model\(undefined\): a model's name is wanted/],
  ["model", () => model("@champion"), /^model\("@champion"\)/],
  ["field", () => field(undefined as Untyped), /^field\(undefined\): a name is wanted/],
])("a name that none can have is refused by %s", (_of, build, sentence) => {
  expect(build).toThrow(refused(sentence));
});

test("steps as they are written are taken, each with what it may leave out", () => {
  const taken = pipeline("checked")
    .from(topic("readings"), room)
    .eventTime("t")
    .map("sum", { adds: ["c"], state: () => ({ last: 0 }), row: ({ a, b }) => ({ c: a + b }) })
    .filter("some", { columns: (_columns, count) => new Uint8Array(count) })
    .branch((each) => each.window(hopping("10s", "5s"), { late: topic("late") }).aggregate({ n: records() }).to(topic("windows")))
    .branch((each) => each.flatMap("halves", { gives: ["d"], row: () => [{ d: 1 }] }).to(topic("parts")))
    .rules({ name: "r", patterns: [{ name: "p", signs: [{ field: "a", above: -Infinity }], severities: [{ signs: 1, severity: "LOW" }] }], fields: [{ field: "b", bounds: [{ below: 0, severity: "HIGH" }] }] })
    .rules(pattern({}) as Untyped, { name: "patterns" })
    .anomalies({ fields: ["a"], high: 2.5 })
    .anomalies({ name: "short", fields: ["a"], window: 20, medium: 5 })
    .features()
    .score(model("m"))
    .alert({ above: 0 })
    .to(topic("results"), history())
    .reject(topic("dead"));
  expect(taken.steps.map(({ kind }) => kind)).toEqual(["source", "clock", "map", "filter", "window", "output", "flatMap", "output", "rules", "rules", "anomalies", "anomalies", "features", "score", "alert", "output"]);
  expect(taken.steps.filter(({ kind }) => kind === "anomalies")).toMatchObject([{ window: 100, atLeast: 30, medium: 2.5, high: 2.5 }, { window: 20, atLeast: 20, medium: 5, high: 5 }]);
  expect(taken.deadLetters).toBe("dead");
});
