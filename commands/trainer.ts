import type { Command } from "./command.ts";
import { ensureModel } from "./engine.ts";
import { openMetrics } from "./metrics-port.ts";
import { jobFlags } from "./jobs/flags.ts";
import { scheduleJobs } from "./jobs/schedule-jobs.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { followModel, openRuntime, version } from "./runtime.ts";
import { aborted, tell } from "./terminal.ts";
import { endWithSupervisor } from "./workers.ts";

export const trainerCommand: Command = {
  name: "trainer",
  summary: "the first model where there is none, then the training and the other jobs by the clock",
  operands: [PIPELINE],
  flags: [{ name: "data", value: "FILE", help: "labelled readings for the first model (DATASET, else simulated rooms)" }, ...jobFlags],
  examples: ["npm run -s mangrove -- trainer", "npm run -s mangrove -- trainer --data recording.csv", "PROMETHEUS_PORT=9400 npm run -s mangrove -- trainer"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    endWithSupervisor();
    tell(`mangrove ${version}: trainer`, { event: "start", fields: { version } });
    let waitingFor: string | null = "its first model";
    await using metrics = await openMetrics(runtime, () => waitingFor);
    if (!metrics) tell("trainer PROMETHEUS_PORT is not set: nobody can ask whether it is ready");
    if (runtime.pipeline.isScored) await ensureModel(given, runtime, signal, given.text("data") ?? runtime.config.dataset);
    followModel(runtime, signal);
    if (runtime.pipeline.keepsHistory) await scheduleJobs(given, runtime, signal);
    waitingFor = null;
    tell(`trainer ready, with the model ${runtime.models.current?.version ?? "of nobody: this pipeline scores nothing"}`, { event: "trainer.ready" });
    await aborted(signal);
    return 0;
  },
};
