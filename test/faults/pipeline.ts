import process from "node:process";
import { first, last, records, sum } from "../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { hopping, tumbling } from "../../engine/pipeline/window-kind.ts";
import { field, schema } from "../../kernel-as/schema.ts";

/** What `fold.ts` does again by its own means. */
export const clock = { outOfOrderMs: 2000, idleMs: 6000, aheadMs: 300_000 } as const;
export const finalWindow = { sizeMs: 10_000, hopMs: 5000, latenessMs: 0 } as const;
export const updatesWindow = { sizeMs: 8000, hopMs: 8000, latenessMs: 4000 } as const;
export const bound = 80;

export const topicKinds = ["predictions", "running", "windows", "updates", "late", "bounds", "alerts", "dead"] as const;

export type TopicKind = (typeof topicKinds)[number];

/** A topic of a run; runs share brokers, not topics. */
export function topicOf(run: string, kind: TopicKind | "readings"): string {
  return `${run}-${kind}`;
}

const readings = schema({
  fields: [field("sequence", { min: 0, feature: false, missing: "never" }), field("value", { min: 0, max: 100, missing: "never" })],
  time: { keys: ["t"], unit: "ms" },
  sensorKeys: ["sensor"],
  label: "fault",
});

const aggregates = { readings: records(), first: first("sequence"), last: last("sequence"), total: sum("value") };

/** Every kind of state: trailing features, windows told once and told again, a function's own sums; of each an output that shows it. */
export function faultsPipeline(run: string) {
  const to = (kind: TopicKind) => topic(topicOf(run, kind));
  return pipeline("faults")
    .from(topic(topicOf(run, "readings")), readings)
    .eventTime("t", { maxOutOfOrderness: "2s", maxAhead: "5m", idleAfter: "6s" })
    .branch((rows) => rows.window(hopping("10s", "5s"), { name: "final" }).aggregate(aggregates).to(to("windows")))
    .branch((rows) => rows.window(tumbling("8s"), { name: "updates", emit: "updates", allowedLateness: "4s", late: to("late") }).aggregate(aggregates).to(to("updates")))
    .branch((rows) =>
      rows
        .map("sums", { adds: ["seen", "total"], state: () => ({ seen: 0, total: 0 }), row: ({ value }, { state }) => ({ seen: ++state.seen, total: (state.total += value) }) })
        .to(to("running")),
    )
    .rules({ name: "bounds", fields: [{ field: "value", bounds: [{ above: bound, severity: "MEDIUM" }] }], patterns: [] }, { holdOff: "0s", to: to("bounds") })
    .features(trailing("10s"))
    .score(model("faults@champion"))
    .alert({ above: "threshold", holdOff: "0s", to: to("alerts") })
    .to(to("predictions"), history())
    .reject(to("dead"));
}

/** For an engine, which is told its run by the environment. */
export default faultsPipeline(process.env["FAULTS_RUN"] ?? "faults");
