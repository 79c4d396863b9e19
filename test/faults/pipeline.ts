import process from "node:process";
import { first, last, records, sum } from "../../engine/pipeline/aggregate.ts";
import { history, model, topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import type { RowMap } from "../../engine/pipeline/user-function.ts";
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
export function topicOf(run: string, kind: TopicKind | "readings" | "again"): string {
  return `${run}-${kind}`;
}

/** Sensors that tell little, and have much in their state. */
export function isHeavy(sensor: string): boolean {
  return sensor.startsWith("heavy-");
}

const readings = schema({
  fields: [field("sequence", { min: 0, feature: false, missing: "never" }), field("value", { min: 0, max: 100, missing: "never" })],
  time: { keys: ["t"], unit: "ms" },
  sensorKeys: ["sensor"],
  label: "fault",
});

const aggregates = { readings: records(), first: first("sequence"), last: last("sequence"), total: sum("value") };

/** What some sensors have in their state beside sums, so that it is a snapshot of several chunks. */
const ballast = "x".repeat(1 << 20);

const sums: RowMap<"value", "seen" | "total", { seen: number; total: number; ballast?: string }> = ({ value }, { sensor, state }) => {
  if (isHeavy(sensor)) state.ballast ??= ballast;
  return { seen: ++state.seen, total: (state.total += value) };
};

/**
 * Every kind of state: trailing features, windows told once and told again, a function's own sums; of each an output that shows it. `change`, from 1 on: another step, of which nobody has a state yet, tells the
 * sums again on a topic of its own.
 */
export function faultsPipeline(run: string, change = 0) {
  const to = (kind: TopicKind | "again") => topic(topicOf(run, kind));
  const state = () => ({ seen: 0, total: 0 });
  const common = pipeline("faults")
    .from(topic(topicOf(run, "readings")), readings)
    .eventTime("t", { maxOutOfOrderness: "2s", maxAhead: "5m", idleAfter: "6s" })
    .branch((rows) => rows.window(hopping("10s", "5s"), { name: "final" }).aggregate(aggregates).to(to("windows")))
    .branch((rows) => rows.window(tumbling("8s"), { name: "updates", emit: "updates", allowedLateness: "4s", late: to("late") }).aggregate(aggregates).to(to("updates")))
    .branch((rows) => rows.map("sums", { adds: ["seen", "total"], state, row: sums }).to(to("running")));
  const changed = change === 0 ? common : common.branch((rows) => rows.map(`sums-${change}`, { adds: ["seen", "total"], state, row: sums }).to(to("again")));
  return changed
    .rules({ name: "bounds", fields: [{ field: "value", bounds: [{ above: bound, severity: "MEDIUM" }] }], patterns: [] }, { holdOff: "0s", to: to("bounds") })
    .features(trailing("10s"))
    .score(model("faults@champion"))
    .alert({ above: "threshold", holdOff: "0s", to: to("alerts") })
    .to(to("predictions"), history())
    .reject(to("dead"));
}

/** For an engine, which is told by the environment what it takes part in. */
export default faultsPipeline(process.env["FAULTS_RUN"] ?? "faults", Number(process.env["FAULTS_CHANGE"] ?? 0));
