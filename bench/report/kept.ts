import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { HttpResult } from "../http/command.ts";
import type { Load } from "../http/load.ts";
import type { KafkaResult } from "../kafka/command.ts";
import type { Began } from "../machine.ts";
import type { Result } from "../measure.ts";
import type { PageResult } from "../page/command.ts";
import type { StreamsResult } from "../streams/command.ts";

/** What was measured of one contestant: the time of each run, so less is better. */
export interface Series {
  /** Without versions, so that it is the same after an update. */
  readonly name: string;
  /** What it ran on, with the version. */
  readonly host: string;
  readonly peer: boolean;
  readonly samples: readonly number[];
}

/** A result of any bench, as far as it can be compared with another one. */
export interface Kept extends Began {
  readonly bench: string;
  readonly series: readonly Series[];
}

export function isResult(value: unknown): value is Result {
  return typeof value === "object" && value !== null && "rows" in value && "unit" in value;
}

export function isStreams(value: unknown): value is StreamsResult {
  return isOf(value, "streams");
}

export function isHttp(value: unknown): value is HttpResult {
  return isOf(value, "http");
}

export function isPage(value: unknown): value is PageResult {
  return isOf(value, "page");
}

function isOf(value: unknown, bench: string): boolean {
  return typeof value === "object" && value !== null && "bench" in value && value.bench === bench;
}

export function isKafka(value: unknown): value is KafkaResult {
  return typeof value === "object" && value !== null && "rates" in value && "restores" in value;
}

/** Null for a result that keeps no samples. */
export function keptOf(value: unknown): Kept | null {
  if (isStreams(value)) {
    const series = value.rows.map(({ kind, name, guarantee, peer, samples }) => ({ name: `${kind}: ${name}, ${guarantee}`, host: "", peer, samples: samples.map(({ seconds }) => seconds) }));
    return { bench: "streams", ...datedOf(value), series };
  }
  if (isResult(value)) {
    const series = value.rows.map(({ name, host, peer, samples }) => ({ name: `${bare(name)}, ${bare(host)}`, host, peer, samples: samples.map(({ ms }) => ms) }));
    return { bench: value.bench, ...datedOf(value), series };
  }
  if (isKafka(value)) {
    const series = value.rates.map(({ pipeline, host, samples }) => ({ name: `${pipeline}, ${host}`, host, peer: host.startsWith("Kafka Streams"), samples: (samples ?? []).map((rate) => 1e6 / rate) }));
    return { bench: "kafka", ...datedOf(value), series };
  }
  if (isHttp(value)) return { bench: "http", ...datedOf(value), series: httpSeries(value) };
  if (isPage(value)) return { bench: "page", ...datedOf(value), series: pageSeries(value) };
  return null;
}

/** Of the peers' pairs theirs alone: ours is beside the bare server already. */
function httpSeries({ predict, batch, peers }: HttpResult): Series[] {
  const times = (loads: readonly Load[]) => loads.map(({ requestsPerSecond }) => 1e6 / requestsPerSecond);
  return [
    ...predict.map(({ runtime, samples }) => ({ name: `/predict, ${runtime}`, host: runtime, peer: false, samples: times(samples.map(({ ours }) => ours)) })),
    ...batch.map(({ runtime, samples }) => ({ name: `/predict/batch, ${runtime}`, host: runtime, peer: false, samples: samples.map((rate) => 1e6 / rate) })),
    ...predict.map(({ runtime, samples }) => ({ name: `bare server, ${runtime}`, host: runtime, peer: true, samples: times(samples.map(({ peer }) => peer)) })),
    ...peers.map(({ name, samples }) => ({ name, host: "", peer: true, samples: times(samples.map(({ peer }) => peer)) })),
  ];
}

/** What other programs have no part in, but for the first paint. */
function pageSeries({ browser, loads, watched }: PageResult): Series[] {
  return [
    { name: "first paint", host: browser, peer: false, samples: loads.map(({ firstPaintMs }) => firstPaintMs) },
    { name: "longest task of the main thread, of the processor", host: browser, peer: false, samples: watched.map(({ longestTaskMs }) => longestTaskMs) },
  ];
}

function datedOf({ date, commit, machine }: Began): Began {
  return { date, commit, machine };
}

function bare(name: string): string {
  return name.replace(/ \d+(\.\d+)+(?= |$)/g, "");
}

/** The results of a folder, of a file, or of a list of them in one file, as they were written. */
export async function readResults(path: string): Promise<unknown[]> {
  const files = (await stat(path).catch(() => null))?.isDirectory() ? (await readdir(path)).filter((name) => name.endsWith(".json")).sort().map((name) => join(path, name)) : [path];
  return (await Promise.all(files.map(parsed))).flat();
}

async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new MangroveError("MGV_USAGE", `${path} is no result of a bench: name a file of bench/results, or the folder.`, { cause });
  }
}
