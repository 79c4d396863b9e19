import { MangroveError } from "../kernel-as/errors.ts";
import { changedFiles, type Manifest, type ManifestSource } from "../trainer/manifest.ts";
import type { TrainedOnReadings } from "../trainer/readings-hash.ts";

/** Throws `MGV_TRAIN_DATA` unless these are the readings of the manifest, and names the files that are missing or others now. Files that were merged hold the same readings. */
export function mustBeTheReadings({ readings, source }: Manifest, found: TrainedOnReadings, now: ManifestSource): void {
  if (readings === null || readings.sha256 === found.sha256) return;
  const files = (of: ManifestSource) => (of.kind === "history" ? of.files : of.kind === "file" ? [{ ...of, name: "the file" }] : []);
  const changed = changedFiles(files(source), files(now));
  const how = `there were ${readings.count}, and now there are ${found.count} with another content`;
  throw new MangroveError("MGV_TRAIN_DATA", `These are not the readings that the model was trained on: ${how}. ${changed.length > 0 ? `Of the files ${changed.join(", ")}.` : "No file is missing, so a label or a reading was written late."} Put them back from a backup to make the model again.`);
}

/** Throws `MGV_TRAIN_DATA` where the same readings have given another model. */
export function mustBeTheModel({ model, source }: Manifest, version: string): void {
  if (model === version) return;
  const what = source.kind === "simulated" ? "simulation" : "readings";
  throw new MangroveError("MGV_TRAIN_DATA", `The same ${what} and parameters gave version ${version}, not ${model}: it was trained by another version of this program, or the pipeline has changed since. Nothing was saved.`);
}
