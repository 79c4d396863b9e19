import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { readingsOf } from "../predict/open-input.ts";
import { counted } from "../terminal.ts";
import type { ScoredRows, TableToScore } from "./scored-rows.ts";

/** What a row without a time is taken to come after the one before; as the trainer does. */
const INTERVAL_MS = 1000;

/** Readings whose features are computed as in a training on the same file. */
export async function scoredReadings({ path, table, file, forest, kernel, own, label, group, signal }: TableToScore): Promise<ScoredRows> {
  const { pipeline: found, timed } = readingsOf(file, table, own);
  const labelled = found.labelled(label);
  const pipeline: Pipeline = group === null ? labelled : labelled.groupedBy(group);
  const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", intervalMs: INTERVAL_MS });
  const { dataset, rejected, firstReason, unlabelled } = await readDataset(kernel, pipeline, source, signal);
  if (firstReason?.includes("MGV_LABEL")) throw new MangroveError("MGV_LABEL", `${path}, ${firstReason}`);
  return {
    dataset,
    probabilities: forest.predict(dataset.features),
    untimed: timed ? null : `${path} has no column for the time (${pipeline.schema.time.keys.join(" or ")}), so alarms cannot be counted; readings are taken to be ${INTERVAL_MS / 1000} s apart.`,
    schema: pipeline.schema,
    remarks: [
      ...(rejected === 0 ? [] : [`${counted(rejected, "reading")} could not be read and ${rejected === 1 ? "is" : "are"} left out; the first: ${firstReason}`]),
      ...(unlabelled === 0 ? [] : [`${counted(unlabelled, "reading")} without a label, left out`]),
    ],
  };
}
