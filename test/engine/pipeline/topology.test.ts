import { expect, test } from "vitest";
import { mean } from "../../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../../engine/pipeline/endpoint.ts";
import { trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { fingerprint, stepFingerprints, topologyMermaid, topologyText } from "../../../engine/pipeline/topology.ts";
import { tumbling } from "../../../engine/pipeline/window-kind.ts";
import type { Schema } from "../../../kernel-as/schema.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const of = (changes: { size?: "1m" | "2m"; to?: string; twice?: number } = {}) =>
  pipeline("small")
    .from(topic("readings"), smallSchema)
    .eventTime("t", { maxOutOfOrderness: "5s", idleAfter: "30s" })
    .map("twice", { adds: ["double"], row: (row) => ({ double: row.b * (changes.twice ?? 2) }) })
    .branch((rows) => rows.window(tumbling(changes.size ?? "1m"), { name: "minutes" }).aggregate({ m: mean("double") }).to(topic(changes.to ?? "statistics")))
    .features(trailing("1m"))
    .score(model("small"))
    .alert({ above: 0.7 })
    .to(topic("predictions"), history());

test("the text is a tree of steps", () => {
  expect(topologyText(of())).toBe(`pipeline small
└─ readings: 3 fields
   └─ event time per sensor, out of order by 5s, idle after 30s
      └─ twice: adds double
         ├─ minutes 1m, final: 1 aggregates
         │  └─ statistics
         └─ features: values, and less their means over 1m
            └─ score by small@champion
               └─ alert above 0.7, hold-off 5m → small_alerts
                  └─ predictions, history
`);
});

test("Mermaid gets an arrow for each step but the source", () => {
  const chart = topologyMermaid(of());
  expect(chart).toMatch(/^flowchart LR\n/);
  expect(chart.match(/-->/g)).toHaveLength(8);
  expect(chart).toContain('s0[("readings: 3 fields")]');
});

test("the fingerprint follows what state depends on, and nothing else", () => {
  expect(fingerprint(of())).toBe(fingerprint(of({ to: "elsewhere", twice: 3 })));
  expect(fingerprint(of())).not.toBe(fingerprint(of({ size: "2m" })));
  const [before, after] = [stepFingerprints(of()), stepFingerprints(of({ size: "2m" }))];
  expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(["minutes"]);
});

test("a topic may be renamed that steps stand behind", () => {
  const amid = (name: string) => pipeline("small").from(topic("readings"), smallSchema).window(tumbling("1m"), { name: "minutes" }).aggregate({ m: mean("b") }).to(topic(name)).to(history()).map("twice", { adds: ["double"], row: ({ m }) => ({ double: 2 * m }) }).to(topic("out"));
  expect(stepFingerprints(amid("a"))).toEqual(stepFingerprints(amid("b")));
});

test("samples are no part of the fingerprint: giving a schema some leaves every state usable", () => {
  const over = (schema: Schema) => fingerprint(pipeline("p").from(topic("t"), schema));
  expect(over({ ...smallSchema, samples: { usual: { b: 1 } } })).toBe(over(smallSchema));
});
