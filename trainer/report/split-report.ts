import type { AlarmReport, Range, SplitReport } from "../../kernel-as/model/split-report.ts";
import type { Interval } from "../bootstrap.ts";
import { cardMetrics, rounded } from "../metrics.ts";
import type { JudgedSplit, Judgement } from "./report.ts";

/** What a model's card keeps of a split, rounded. */
export function splitReportOf<Name extends string>({ name, title, meaning, verdict, judgement }: JudgedSplit & { readonly name: Name }): Omit<SplitReport, "name"> & { readonly name: Name } {
  if (judgement === null) return { name, title, meaning, metrics: null };
  const { measures, intervals, alarms, calibrated } = judgement;
  const { accuracy, precision, recall, f1, auc, logloss } = intervals.of;
  return {
    name,
    title,
    meaning,
    metrics: cardMetrics(measures),
    ...(verdict !== null && { verdict }),
    groups: intervals.groups,
    ranges: { accuracy: rangeOf(accuracy), precision: rangeOf(precision), recall: rangeOf(recall), f1: rangeOf(f1), auc: rangeOf(auc), logloss: rangeOf(logloss) },
    ...(alarms && { alarms: alarmReport(alarms) }),
    ...(calibrated && { calibrated: { logloss: rounded(calibrated.logloss) ?? 0, calibrationError: rounded(calibrated.calibrationError) ?? 0 } }),
  };
}

function alarmReport({ fires, foundShare, medianDelayMs, falseAlarmsPerSensorDay, fireFreeSensorDays, intervals }: NonNullable<Judgement["alarms"]>): AlarmReport {
  return {
    fires,
    foundShare: rounded(foundShare),
    medianDelayMs,
    falseAlarmsPerSensorDay: rounded(falseAlarmsPerSensorDay),
    fireFreeSensorDays: rounded(fireFreeSensorDays)!,
    groups: intervals.groups,
    ranges: { foundShare: rangeOf(intervals.of.foundShare), medianDelayMs: rangeOf(intervals.of.medianDelayMs), falseAlarmsPerSensorDay: rangeOf(intervals.of.falseAlarmsPerSensorDay) },
  };
}

function rangeOf(interval: Interval | null): Range | null {
  return interval && [rounded(interval.low)!, rounded(interval.high)!];
}
