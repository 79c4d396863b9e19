import { constants, setPriority } from "node:os";
import process from "node:process";
import { Forest } from "../kernel-as/host/forest.ts";
import type { Dataset } from "../trainer/dataset.ts";
import { manifestPathOf } from "../trainer/manifest.ts";
import { modelName } from "../trainer/registry/model-name.ts";
import { cardPage } from "../trainer/report/card-page.ts";
import { reportOf } from "../trainer/report/report-of.ts";
import { retrain, type RetrainOutcome } from "../trainer/retrain.ts";
import type { TrainedModel } from "../trainer/trained-model.ts";
import { announcer } from "./announce.ts";
import type { Arguments, Command } from "./command.ts";
import { tendByConfig } from "./history/tend.ts";
import { historyInput, lastDaysOf, nameOfHistory } from "./history-input.ts";
import { drainLabels } from "./labels/drain.ts";
import { historyDirectoryOf } from "./history-store.ts";
import { DAYS, newestDaysLine } from "./model/gate.ts";
import { MODEL_PATH, openRegistry } from "./model/model-registry.ts";
import { mustNotReplaceAnother } from "./model/of-another.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { lockRetraining } from "./retraining-lock.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { APP_ID } from "./source.ts";
import { counted, printable, tell } from "./terminal.ts";
import { traced } from "./tracing.ts";
import { manifestCommand } from "./training-command.ts";
import { readTrainingInput } from "./training-input.ts";

export const retrainCommand: Command = {
  name: "retrain",
  summary: "learns from the history, and puts the model in place if it passes the gates; up does it every night",
  operands: [PIPELINE],
  flags: [
    { name: "history", value: "DIR", help: "readings and labels (MANGROVE_HISTORY_DIR, else history)" },
    { name: "days", value: "N", help: `the last N days before the newest reading (${DAYS})` },
    MODEL_PATH,
    { name: "low-priority", help: "leaves the processor to others" },
    { name: "json", help: "the outcome on stdout as JSON" },
    APP_ID,
  ],
  examples: ["npm run -s mangrove -- retrain", "npm run -s mangrove -- retrain --days 7 --json"],
  async run(given, signal) {
    if (given.has("low-priority")) setPriority(constants.priority.PRIORITY_LOW);
    const outcome = await retrainOnce(given, await openRuntime(given), { signal });
    if (given.has("json")) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    return 0;
  },
};

/** Learns from the last days of the history, tells what came of it, and tends the history. Throws what {@link retrain} throws, `MGV_NOT_READY` where another process does it. */
export async function retrainOnce(given: Arguments, runtime: Runtime, { signal }: { signal: AbortSignal }): Promise<RetrainOutcome> {
  const { kernel, pipeline, models, config } = runtime;
  const last = lastDaysOf(given, DAYS);
  const directory = historyDirectoryOf(given, runtime);
  using _ = await lockRetraining(models.path);
  await mustNotReplaceAnother(models.path, pipeline);
  if (config.kafkaServers.length > 0) {
    const taken = await drainLabels(given, runtime, directory, signal);
    if (taken > 0) told(`took ${counted(taken, "label")} from Kafka`);
  }
  const read = async () => {
    await using input = await historyInput(pipeline, { directory, last, query: null });
    const source = await input.source();
    return { read: await readTrainingInput(kernel, input, signal), source };
  };
  const registry = await openRegistry(runtime, announcer(given, runtime));
  try {
    const outcome = await traced("retrain", () => retrain({ kernel, pipeline, read, registry, page: (trained, dataset) => pageOf(runtime, trained, dataset), signal, tell: told }));
    for (const line of outcomeLines(outcome)) told(line);
    return outcome;
  } finally {
    await tendByConfig(config, { directory, signal, tell: told }); // also where nothing could be learned
  }
}

function pageOf({ kernel, pipeline, models }: Runtime, { model, version, card, judged, rounds, findings }: TrainedModel, dataset: Dataset): string {
  using forest = new Forest(kernel, model);
  const report = reportOf({ name: modelName(models.path), version, forest, card, source: nameOfHistory(pipeline), isLearned: true, dataset, judged, rounds, findings, search: null });
  return cardPage(report, manifestCommand(manifestPathOf(models.path, version)));
}

function told(line: string): void {
  tell(`train   ${printable(line)}`);
}

function outcomeLines(outcome: RetrainOutcome): string[] {
  if (outcome.kind === "nothing") return [`nothing to learn: ${outcome.reason} The model in use stays.`];
  const { version, report } = outcome;
  const { drift, note } = report;
  const [first] = drift;
  return [
    newestDaysLine(version, report),
    ...(note === null ? [] : [note]),
    ...(first ? [`of the features ${first.feature} has moved most (stability index ${first.psi.toFixed(2)}; above 0.25 is much)`] : []),
    outcome.kind === "promoted" ? `version ${version} is the champion now` : `version ${version} is refused and kept; the model in use stays: ${report.reasons.join(" ")}`,
  ];
}
