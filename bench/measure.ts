import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Bench, Sample } from "./bench.ts";
import { runtimes, type RuntimeName } from "./kafka/engine-process.ts";
import { beginning, type Began } from "./machine.ts";
import { Program, root } from "./program.ts";
import { pythonWith } from "./python.ts";
import { median, spread, timesAsFast } from "./statistics.ts";

/** How each runtime is called to run a file; all of them with `gc()`. */
const flagsOf = {
  node: ["--expose-gc"],
  bun: ["--expose-gc"],
  deno: ["run", "-A", "--v8-flags=--expose-gc"],
} as const satisfies Record<RuntimeName, readonly string[]>;

interface Row {
  readonly name: string;
  /** The runtime, or the language, with its version. */
  readonly host: string;
  readonly peer: boolean;
  /** In the unit of the result. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** How many times as fast as each of its peers, by medians. */
  readonly timesAsFast: Readonly<Record<string, number>>;
  readonly samples: readonly Sample[];
}

export interface Result extends Began {
  readonly bench: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly unit: string;
  readonly runs: number;
  /** On every runtime, beside the peers that are there: what a document may tell. */
  readonly isWhole: boolean;
  readonly rows: readonly Row[];
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
}

export interface MeasureOptions {
  readonly runs: number;
  readonly quick: boolean;
  /** Of those in Python: none, those that are there, or all, and it throws where one is not. */
  readonly peers: "none" | "found" | "all";
  readonly runtimes: readonly RuntimeName[];
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

interface Entry {
  readonly program: Program;
  readonly everywhere: boolean;
  readonly name: string;
  readonly peer: boolean;
  readonly samples: Sample[];
}

/** Rounds of the bench, every contestant once in each, all in processes of their own that wait for their turn. The first round is a warm-up and does not count. */
export async function measure(bench: Bench, options: MeasureOptions): Promise<Result> {
  const { runs, onStep } = options;
  const began = beginning();
  await using open = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mangrove-bench-"));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  onStep("preparing data");
  await bench.prepare(folder);

  const { entries, absent } = await startAll(bench, folder, options, open);
  for (let round = 0; round <= runs; round++) {
    onStep(round === 0 ? "warm-up" : `run ${round} of ${runs}`);
    for (const entry of entries) {
      const sample = await entry.program.run(entry.name);
      if (round > 0) entry.samples.push(sample);
    }
  }
  const { name, title, notes, unit } = bench;
  const isWhole = options.peers !== "none" && options.runtimes.length === Object.keys(runtimes).length;
  return { bench: name, title, notes, unit, ...began, runs, isWhole, rows: entries.map((entry) => rowOf(bench, entry, entries)), absent };
}

/** Peers start first: ours look at what they have computed. Ours are first in each round. */
async function startAll(bench: Bench, folder: string, { quick, peers: asked, runtimes, signal, onStep }: MeasureOptions, open: AsyncDisposableStack) {
  const absent: { name: string; reason: string }[] = [];
  const start = async (command: readonly string[], everywhere: boolean): Promise<Entry[]> => {
    const program = open.use(await Program.start(command, signal));
    return program.hello.contestants.map(({ name, peer }) => ({ program, everywhere, name, peer, samples: [] }));
  };
  const peers: Entry[] = [];
  for (const { name, script, module, arguments: given = [] } of asked === "none" ? [] : bench.peers) {
    const python = pythonWith(module);
    onStep(`starting ${name}`);
    if (python === undefined) absent.push({ name, reason: absence(name, module, asked === "all") });
    else peers.push(...(await start([python, join(root, "bench", "peers", script), folder, ...given], true)));
  }
  const ours: Entry[] = [];
  for (const runtime of runtimes) {
    onStep(`starting ${runtime}`);
    const command = [join(root, "node_modules", ".bin", runtime), ...flagsOf[runtime], join(root, "bench", "run.ts"), bench.name, "--only-here", folder, ...(quick ? ["--quick"] : [])];
    ours.push(...(await start(command, false)));
  }
  return { entries: [...ours, ...peers], absent };
}

function rowOf(bench: Bench, entry: Entry, entries: readonly Entry[]): Row {
  const msOf = ({ samples }: Entry) => samples.map(({ ms }) => ms);
  const peers = entry.peer ? [] : entries.filter((other) => other.peer && (other.everywhere || other.program === entry.program));
  return {
    name: entry.name,
    host: entry.program.hello.host,
    peer: entry.peer,
    median: bench.figure(median(msOf(entry))),
    ...spread(msOf(entry).map((ms) => bench.figure(ms))),
    timesAsFast: Object.fromEntries(peers.map((peer) => [peer.name, timesAsFast(msOf(entry), msOf(peer))])),
    // what a run gives beside is for whoever compares results
    samples: entry.samples.map(({ ms, mainThreadMs, logloss, peakMiB }) => ({ ms, ...(mainThreadMs !== undefined && { mainThreadMs }), ...(logloss !== undefined && { logloss }), ...(peakMiB !== undefined && { peakMiB }) })),
  };
}

function absence(name: string, module: string, isFault: boolean): string {
  const reason = `absent (needs Python with ${module}: --peers installs it)`;
  if (isFault) throw new MangroveError("MGV_USAGE", `${name} is ${reason}.`);
  return reason;
}
