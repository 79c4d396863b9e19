import { recordingFamilies } from "../copies.ts";
import type { Dataset } from "../dataset.ts";
import { percentile } from "../percentile.ts";
import type { DataProfile, FieldProfile, RecordingProfile } from "./report.ts";

/** What a dataset holds, recording by recording and field by field; `source` says where it comes from. Sorts each field once. */
export function profileOf(dataset: Dataset, source: string): DataProfile {
  const { rows, labels, featureNames, pointFeatures } = dataset;
  return {
    source,
    rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
    recordings: recordingProfiles(dataset),
    fields: featureNames.slice(0, pointFeatures).map((name, feature) => fieldProfile(dataset, name, feature)),
  };
}

function recordingProfiles(dataset: Dataset): RecordingProfile[] {
  const { labels, timesMs, recordingOf, recordings } = dataset;
  const family = recordingFamilies(dataset);
  const rowsOf = recordings.map((): number[] => []);
  recordingOf.forEach((recording, row) => rowsOf[recording]!.push(row));
  return rowsOf.map((own, recording) => {
    const inTime = own.sort((a, b) => timesMs[a]! - timesMs[b]! || a - b);
    return {
      name: recordings[recording]!,
      rows: own.length,
      positives: own.reduce((sum, row) => sum + labels[row]!, 0),
      labelChanges: inTime.filter((row, i) => i > 0 && labels[row] !== labels[inTime[i - 1]!]).length,
      fromMs: known(timesMs[inTime[0]!]!),
      toMs: known(timesMs[inTime.at(-1)!]!),
      copyOf: family[recording] === recording ? null : recordings[family[recording]!]!,
    };
  });
}

function known(timeMs: number): number | null {
  return Number.isNaN(timeMs) ? null : timeMs;
}

function fieldProfile({ rows, features, featureNames }: Dataset, name: string, feature: number): FieldProfile {
  const sorted = Float64Array.from({ length: rows }, (_, row) => features[row * featureNames.length + feature]!)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const missing = rows - sorted.length;
  if (sorted.length === 0) return { name, missing, least: null, median: null, mean: null, most: null, sd: null };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const sd = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length);
  return { name, missing, least: sorted[0]!, median: percentile(sorted, 0.5), mean, most: sorted.at(-1)!, sd };
}
