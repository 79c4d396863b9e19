import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { OwnBroker } from "../broker/start.ts";
import type { RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { Cluster } from "./cluster.ts";
import type { Finding } from "./compare.ts";
import { collect } from "./evidence.ts";
import { verifyHistory } from "./history.ts";
import { itemOf } from "./outputs.ts";
import type { Step } from "./plan.ts";
import { sampleProcesses, type Life } from "./sample.ts";
import { Scene, type Exit } from "./scene.ts";
import { compareBytes, undisturbed } from "./undisturbed.ts";
import { isLoss, verify, type Guarantee } from "./verify.ts";

export interface RunOptions {
  readonly broker: OwnBroker;
  readonly kernel: Kernel;
  readonly seed: number;
  /** Of the engines. */
  readonly guarantee: Guarantee;
  /** Of what they write: at least once is exactly once where nothing dies. */
  readonly expected: Guarantee;
  readonly steps: Iterable<Step>;
  /** Of the members, one after the other. */
  readonly runtimes: readonly RuntimeName[];
  /** Longer than members live between two kills, so that each kill meets an open transaction. */
  readonly commitIntervalMs: number;
  /** How long a paused broker answers nothing. */
  readonly pauseMs: number;
  /** How the engines reach the broker; default: as the tests do. */
  readonly access?: Readonly<Record<string, string>>;
  /** Of a supervisor, one number after the other; default: there is none, and members come and go. */
  readonly workers?: readonly number[];
  /** Ends the steps early; what was done until then is verified. */
  readonly signal: AbortSignal;
  /** A folder for findings, logs and histories of a run that has findings, or fails. */
  readonly keep?: string;
  readonly tell: (line: string) => void;
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** Members that ended without having been told to. */
  readonly exits: readonly Exit[];
  readonly steps: number;
  readonly kills: number;
  /** Of the kills those that met an open transaction. */
  readonly openAtKill: number;
  readonly readings: number;
  /** Transactions that the broker had left without an end somewhere, and that were ended anew. */
  readonly endedAnew: number;
  /** Versions of models that scored. */
  readonly models: number;
  readonly outputs: number;
  /** Running sums of a step that came later. */
  readonly again: number;
  readonly lives: readonly Life[];
}

const names = ["m1", "m2", "m3"];

/** Plays the steps against engines that read a seeded feed, and then looks at everything that they left. */
export async function runFaults(options: RunOptions): Promise<Outcome> {
  const { broker, kernel, seed, guarantee, expected, steps, signal, keep, tell } = options;
  await using folder = await temporaryFolder();
  await using cluster = new Cluster(broker.servers);
  await using scene = await Scene.open({ ...options, cluster, folder: folder.path });
  tell(`faults  seed ${seed}, ${guarantee}, group ${scene.run}`);
  try {
    using sampling = sampleProcesses(() => scene.members.running);
    let played = 0;
    for (const step of steps) {
      if (signal.aborted) break;
      tell(`faults  ${await scene.play(step)}`);
      played++;
    }
    await scene.drain();
    const evidence = await collect(cluster, broker.servers, scene.run);
    const predictions = evidence.outputs.filter(({ kind }) => kind === "predictions");
    const versions = new Set(predictions.map(({ value }) => (JSON.parse(value) as { model_info: { version: string } }).model_info.version));
    const bytes = expected === "exactly-once" ? compareBytes(await undisturbed(evidence, { kernel, run: scene.run, models: scene.models.files }), evidence.outputs) : [];
    const history = await verifyHistory(scene.history, predictions.map(itemOf));
    const findings = [...verify(evidence, expected), ...bytes, ...history.filter(({ what }) => expected === "exactly-once" || isLoss(what))];
    const { exits, kills, openAtKill } = scene;
    if (keep !== undefined && (findings.length > 0 || exits.some(({ isAllowed }) => !isAllowed))) {
      await cp(folder.path, keep, { recursive: true });
      await writeFile(join(keep, "findings.txt"), findings.map(({ what, sentence }) => `${what}: ${sentence}\n`).join(""));
    }
    const endedAnew = await scene.members.count(names, /did not end the last transaction of/g);
    return { findings, exits, steps: played, kills, openAtKill, readings: predictions.length, endedAnew, models: versions.size, outputs: evidence.outputs.length, again: evidence.again.length, lives: sampling.lives };
  } catch (thrown) {
    for (const { name, end, after } of scene.exits) tell(`faults  ${name} ended by itself after ${after}: ${end}`);
    tell(await scene.members.logs(names));
    if (keep !== undefined) await cp(folder.path, keep, { recursive: true });
    throw thrown;
  }
}
