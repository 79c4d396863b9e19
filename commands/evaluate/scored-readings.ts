import { ReplaySource } from "../../engine/source/replay.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { readingsOf } from "../predict/open-input.ts";
import { counted } from "../terminal.ts";
import type { ScoredRows, TableToScore } from "./scored-rows.ts";
import { probabilities } from "../../trainer/probabilities.ts";

/** What a row without a time is taken to come after the one before; as the trainer does. */
const INTERVAL_MS = 1000;

/** How the reason for a rejected record tells of its label. */
const LABEL = " MGV_LABEL: ";

/** Readings whose features are computed as in a training on the same file. */
export async function scoredReadings({ path, table, file, forest, kernel, own, label, group, signal }: TableToScore): Promise<ScoredRows> {
  const { pipeline: found, timed } = readingsOf(file, table, own, group);
  const pipeline = found.labelled(label);
  const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", intervalMs: INTERVAL_MS });
  const { dataset, readings, rejected, firstReason, unlabelled } = await readDataset(kernel, pipeline, source, signal);
  if (firstReason?.includes(LABEL)) throw new MangroveError("MGV_LABEL", `${path}, ${firstReason.replace(LABEL, " ")}`);
  return {
    dataset,
    readings,
    probabilities: probabilities(forest, dataset.features),
    untimed: timed ? null : `Alarms cannot be counted: there is no column ${pipeline.schema.time.keys.join(" or ")} for the time. Readings are taken to be ${INTERVAL_MS / 1000} s apart.`,
    schema: pipeline.schema,
    remarks: [
      ...(rejected === 0 ? [] : [`${counted(rejected, "reading")} could not be read and ${rejected === 1 ? "is" : "are"} left out; the first: ${firstReason}`]),
      ...(unlabelled === 0 ? [] : [`${counted(unlabelled, "reading")} without a label, left out`]),
    ],
  };
}
