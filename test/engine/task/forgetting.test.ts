import * as fc from "fast-check";
import { expect, test } from "vitest";
import { max, mean, records } from "../../../engine/pipeline/aggregate.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { hopping, session, sliding, tumbling } from "../../../engine/pipeline/window-kind.ts";
import { alertRecord, rowRecord } from "../../../engine/sink/records.ts";
import type { TaskOutput } from "../../../engine/task/output.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { stumpStore } from "../../fixtures/model.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();
const FORGET_AFTER_S = 30;
const nth = { adds: ["nth"], state: () => ({ seen: 0 }), row: (_: unknown, { state }: { state: { seen: number } }) => ({ nth: ++state.seen }) } as const;
const high = { name: "high", fields: [{ field: "b", bounds: [{ above: 4, severity: "HIGH" }] }], patterns: [] } as const;
const all = { "a[C]": mean("a[C]"), b: mean("b"), n: mean("n") };

type Clock = Parameters<typeof source.eventTime>[1];
type Options = Parameters<typeof source.window>[1];
const source = pipeline("small").from(topic("readings"), smallSchema);

/** Windows, and behind them every kind of step that keeps something of a sensor. */
const planOf = (clock: Clock, options: Options) =>
  source
    .eventTime("t", { maxOutOfOrderness: "2s", forgetAfter: `${FORGET_AFTER_S}s`, ...clock })
    .branch((rows) =>
      rows
        .filter("odd", { row: ({ b }) => b % 2 === 1 })
        .window(tumbling("5s"), { ...options, name: "odd fives" })
        .aggregate({ b: mean("b") })
        .map("odd counted", nth)
        .to(topic("odd_fives")),
    )
    .window(hopping("10s", "5s"), { ...options, name: "by tens" })
    .aggregate(all)
    .map("counted", nth)
    .to(topic("tens"))
    .anomalies({ fields: ["b"], window: 5, atLeast: 2, medium: 1, high: 2 })
    .rules(high, { holdOff: "20s" })
    .branch((rows) => rows.window(tumbling("20s"), { ...options, name: "by twenties" }).aggregate({ windows: records(), last: max("nth"), b: max("b") }).map("twenties counted", { ...nth, adds: ["nth"] }).to(topic("twenties")))
    .branch((rows) => rows.window(session("6s"), { ...options, name: "by bursts" }).aggregate({ windows: records(), b: max("b") }).rules({ ...high, name: "bursts" }, { holdOff: "20s" }).to(topic("bursts")))
    .branch((rows) => rows.window(sliding("15s"), { name: "by slides" }).aggregate({ windows: records(), b: mean("b") }).map("slides counted", nth).to(topic("slides")))
    .features(trailing("15s"))
    .score(model("small"))
    .alert({ holdOff: "20s" })
    .to(topic("scored"));

const everything = planOf({}, {});
const models = await stumpStore(kernel, everything, "b", 5);

interface Message {
  readonly offset: number;
  /** Append time, seconds. */
  readonly at: number;
  /** Event time, seconds. */
  readonly t: number;
  readonly b: number;
  readonly sensor: string;
}

/** Alerts and rows in their order, with the offsets that the history has of them. */
function run(messages: readonly Message[], cuts: readonly number[], { plan = everything, isClock = false } = {}): string[] {
  using task = new Task({ kernel, pipeline: plan, models, format: { kind: "json" } });
  const lines: string[] = [];
  const take = ({ alerts, rows }: TaskOutput) => {
    for (const { topic, value } of alerts.map(alertRecord)) lines.push(`${topic} ${value}`);
    for (const row of rows) lines.push(`${row.topic} ${rowRecord(row).value} @${row.offset}`);
  };
  let first = 0;
  for (let i = 0; first < messages.length; i++) {
    const some = messages.slice(first, first + cuts[i % cuts.length]!);
    const batch = recordsOf(some.map(({ t, b, sensor }) => JSON.stringify({ t, a: 1, b, sensor_id: sensor })));
    some.forEach(({ offset, at }, row) => {
      batch.offsets[row] = offset;
      batch.appendTimesMs[row] = at * 1000;
    });
    if (isClock) take(task.advance(some[0]!.at * 1000)); // what is forgotten is so by the clock
    take(task.process(batch));
    first += some.length;
  }
  take(task.end());
  return lines;
}

const byTopic = (lines: readonly string[]) => lines.toSorted((a, b) => (topicOf(a) < topicOf(b) ? -1 : Number(topicOf(a) > topicOf(b))));
const topicOf = (line: string) => line.slice(0, line.indexOf(" "));
const withoutOffsets = (lines: readonly string[]) => lines.map((line) => line.replace(/ @\w+$/, "")).sort();

/** What each sensor sends until it is silent for so long that it is forgotten. */
function livesOf(messages: readonly Message[]): Message[][] {
  const lives: Message[][] = [];
  const current = new Map<string, Message[]>();
  for (const message of messages) {
    const life = current.get(message.sensor);
    if (life && message.at - life.at(-1)!.at < FORGET_AFTER_S) life.push(message);
    else {
      const begun = [message];
      current.set(message.sensor, begun);
      lives.push(begun);
    }
  }
  return lives;
}

const someMessages = fc
  .array(fc.record({ step: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 4 }) }, { weight: 1, arbitrary: fc.integer({ min: 25, max: 60 }) }), late: fc.nat({ max: 4 }), b: fc.nat({ max: 9 }), sensor: fc.constantFrom("s0", "s1", "s2", "s3", "s4", "s5") }), { minLength: 1, maxLength: 60 })
  .map((all) => {
    let at = 1000;
    return all.map(({ step, late, b, sensor }, offset): Message => ({ offset, at: (at += step), t: at - late, b, sensor }));
  });
const someCuts = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 });

test("a sensor that is forgotten has what it would have if its readings were all that there are, to its last window in every step, and nothing of another's", () => {
  fc.assert(
    fc.property(someMessages, someCuts, fc.boolean(), (messages, cuts, isClock) => {
      const alone = livesOf(messages).flatMap((life) => run(life, [life.length]));
      expect(withoutOffsets(run(messages, cuts, { isClock }))).toEqual(withoutOffsets(alone));
    }),
    { numRuns: 100 },
  );
});

test.each([
  ["by their own clocks", {}, {}],
  ["by clocks that run on in silence", { idleAfter: "8s" }, {}],
  ["by one clock for all", { per: "partition" }, {}],
  ["by their own clocks, late readings taken", {}, { allowedLateness: "10s" }],
  ["by one clock for all, windows told again", { per: "partition", idleAfter: "8s" }, { allowedLateness: "10s", emit: "updates" }],
] as const)("the last windows of sensors that are forgotten come at the record that has shown it, however records are cut into batches, %s", (_, clock, options) => {
  const plan = planOf(clock, options);
  fc.assert(
    fc.property(someMessages, someCuts, (messages, cuts) => {
      expect(byTopic(run(messages, cuts, { plan }))).toEqual(byTopic(run(messages, [1], { plan })));
    }),
    { numRuns: 100 },
  );
});
