/** Scores of predictions on rows that the model in question had not seen. */
export interface Metrics {
  readonly rows: number;
  readonly positives: number;
  readonly accuracy: number;
  /** Null where it has no meaning: no positive predicted, or one class only. JSON has no NaN. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
  readonly logloss: number;
}

/** What 95 of 100 draws of whole groups hold of a figure. */
export type Range = readonly [low: number, high: number];

type Ranges<Name extends string> = Readonly<Record<Name, Range | null>>;

/** What came of fires and alarms; null where a figure has no meaning. */
export interface AlarmReport {
  readonly fires: number;
  readonly foundShare: number | null;
  readonly medianDelayMs: number | null;
  readonly falseAlarmsPerSensorDay: number | null;
  readonly fireFreeSensorDays: number;
  /** Drawn from so many recordings. */
  readonly groups: number;
  readonly ranges: Ranges<"foundShare" | "medianDelayMs" | "falseAlarmsPerSensorDay">;
}

export const splitNames = ["random", "time", "blocks", "recordings", "groups"] as const;

/** One way of holding rows back, what its figures mean, and the figures. */
export interface SplitReport {
  readonly name: (typeof splitNames)[number];
  readonly title: string;
  readonly meaning: string;
  /** Null when the data cannot be split in this way; `meaning` then says why. */
  readonly metrics: Metrics | null;
  /** What has to be said of the figures in plain words; not there where nothing has. */
  readonly verdict?: string;
  /** How many groups of rows `ranges` are drawn from; not there where there are no figures. */
  readonly groups?: number;
  readonly ranges?: Ranges<"accuracy" | "precision" | "recall" | "f1" | "auc" | "logloss">;
  /** Not there where rows have no sensor and time. */
  readonly alarms?: AlarmReport;
  /** Of the calibrated probabilities; not there where there are none. */
  readonly calibrated?: { readonly logloss: number; readonly calibrationError: number };
}

/** Whether what a file holds has the form of a report, so that all of it can be printed. */
export function isSplitReport(given: unknown): given is SplitReport {
  if (!isObject(given)) return false;
  const { metrics, verdict, groups, ranges, alarms, calibrated } = given;
  const fits = verdict === undefined || typeof verdict === "string";
  const ranged = ranges === undefined || (Number.isInteger(groups) && isRanges(ranges));
  const counted = alarms === undefined || (isObject(alarms) && [alarms["fires"], alarms["fireFreeSensorDays"], alarms["groups"]].every(Number.isFinite) && isRanges(alarms["ranges"]));
  const sure = calibrated === undefined || (isObject(calibrated) && [calibrated["logloss"], calibrated["calibrationError"]].every(Number.isFinite));
  return fits && ranged && counted && sure && (metrics === null || metrics === undefined || isObject(metrics));
}

function isRanges(given: unknown): boolean {
  return isObject(given) && Object.values(given).every((range) => range === null || (Array.isArray(range) && range.length === 2 && range.every(Number.isFinite)));
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null;
}
