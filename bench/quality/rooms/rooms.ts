import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featureNames } from "../../../engine/features/features.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Forest } from "../../../kernel-as/host/forest.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import smoke from "../../../pipelines/smoke.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";
import { travelling } from "../../../pipelines/travelling.ts";
import { trainingParameters } from "../../../trainer/parameters.ts";
import { trainedByPeers } from "../peers.ts";
import { trainedByUs, type TrainingTask } from "../task.ts";
import { forestContestant, predictions } from "./contestant.ts";
import { judged, type JudgedContestant } from "./judged.ts";
import { plan, type Place } from "./plan.ts";
import { RAISED, thresholdTables } from "./threshold-tables.ts";
import { trainingRows } from "./training-rows.ts";

export interface RoomsOptions {
  readonly kernel: Kernel;
  /** On few rooms: shows that all runs, not how good anything is. */
  readonly quick: boolean;
  /** One that can import lightgbm and xgboost; null for none. */
  readonly python: string | null;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

export interface RoomsResult {
  readonly rooms: Readonly<Record<"learned" | "chosen" | "test", number>>;
  readonly rowsLearned: number;
  readonly parameters: object;
  readonly contestants: readonly JudgedContestant[];
}

const spec = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema).eventTime("UTC", { maxOutOfOrderness: "10s" }).features(travelling());
const names = featureNames(spec);
/** The fields themselves come first. */
const POINT = 12;
const columns = { featureNames: names, fieldFeatures: POINT, pointFeatures: POINT };

/** What the learners have in common; chosen for ours, in rooms to choose by. */
const common = { objective: "binary:logistic", eta: 0.08, max_leaves: 31, lambda: 5, min_child_weight: 5, subsample: 0.5, colsample_bytree: 0.3 };
const ROUNDS = 600;

/** A model for new rooms is not shown the fields' own columns, as the trainer has it: it learns them of readings that are alone. */
const featureSets = [
  { name: "values of the reading", columns: Array.from({ length: POINT }, (_, i) => i) },
  { name: "those of the smoke pipeline", columns: featureNames(smoke).slice(POINT).map((name) => names.indexOf(name)) },
  { name: "the travelling set", columns: Array.from({ length: names.length - POINT }, (_, i) => POINT + i) },
];

/**
 * Learns from some rooms, chooses thresholds by others and is judged in others again: the original's tables of thresholds, and our trainer, LightGBM and XGBoost, each on a reading's values, on what the smoke pipeline's model learns for new rooms, and on the travelling set.
 */
export async function roomsQuality({ kernel, quick, python, signal, onStep }: RoomsOptions): Promise<RoomsResult> {
  const rooms = plan(quick);
  const parameters = trainingParameters({ ...common, rounds: quick ? 20 : ROUNDS });
  onStep("simulating rooms to learn from");
  const rows = trainingRows({ kernel, places: rooms.learned, spec, columns, oneIn: rooms.oneIn });
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mangrove-rooms-"));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const train = Uint32Array.from(rows.labels.keys());
  const task: TrainingTask = { data: { ...rows, width: names.length }, parameters, jobs: featureSets.map((set) => ({ ...set, train })) };

  const learners = new Map<string, Forest[]>();
  // in a process of their own, at the same time
  const peers = python === null ? Promise.resolve(new Map<string, string[]>()) : trainedByPeers(task, folder, { python, signal });
  learners.set("Mangrove", await learnedByUs(task, { kernel, signal, onStep }));
  onStep("waiting for LightGBM and XGBoost");
  for (const [learner, paths] of await peers) learners.set(learner, await Promise.all(paths.map((path) => Forest.open(path, { kernel }))));
  for (const forest of [...learners.values()].flat()) open.use(forest);

  const contestants = featureSets.flatMap(({ name, columns: read }, set) => [...learners].map(([learner, forests]) => forestContestant({ learner, features: name }, forests[set]!, read)));
  onStep("other rooms, to choose thresholds by");
  const outOfFold = predictions(kernel, rooms.chosen, spec, contestants);
  onStep("rooms that nothing was learned or chosen by");
  const test = predictions(kernel, rooms.test, spec, [...thresholdTables, ...contestants]);
  return {
    rooms: { learned: roomsIn(rooms.learned), chosen: roomsIn(rooms.chosen), test: roomsIn(rooms.test) },
    rowsLearned: train.length,
    parameters,
    contestants: [
      ...thresholdTables.map((table, i) => judged(table, test[i]!, { threshold: RAISED })),
      ...contestants.map((contestant, i) => judged(contestant, test[thresholdTables.length + i]!, { outOfFold: outOfFold[i]! })),
    ],
  };
}

async function learnedByUs({ data, jobs, parameters }: TrainingTask, { kernel, signal, onStep }: Omit<RoomsOptions, "quick" | "python">): Promise<Forest[]> {
  const forests: Forest[] = [];
  for (const job of jobs) {
    onStep(`our trainer learns ${job.name}: ${job.train.length} rows of ${job.columns.length} features`);
    forests.push(await trainedByUs(data, job, parameters, { kernel, signal }));
  }
  return forests;
}

function roomsIn(places: readonly Place[]): number {
  return places.reduce((sum, { options }) => sum + options.sensors!, 0);
}
