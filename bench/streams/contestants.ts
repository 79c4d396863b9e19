import { join } from "node:path";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { runtimes, type RuntimeName } from "../kafka/engine-process.ts";
import { root } from "../program.ts";
import { classPath, installKafkaStreams, installPython, peersFolder, pythonOf, type PythonPeer } from "./install.ts";
import type { Program } from "./watched-process.ts";

export const kinds = ["predictions", "windows"] as const;
export type Kind = (typeof kinds)[number];

/** One run: from where to where, and with what. */
export interface Run {
  readonly kind: Kind;
  readonly servers: string;
  readonly group: string;
  readonly input: string;
  readonly output: string;
  readonly readings: number;
  /** Has the model files; a run's own state goes into `state`. */
  readonly folder: string;
  readonly state: string;
}

export interface Contestant {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** How it calls the model. */
  readonly calls?: string;
  /** Null for a peer. */
  readonly runtime: RuntimeName | null;
  /** What it promises when a process or the broker dies. */
  readonly guarantee: string;
  /** It reads the short topic, as it would take minutes for the long one. */
  readonly isSlow?: boolean;
  /** Fetches what it needs; says why where that cannot be. */
  install(): Promise<string | null>;
  program(run: Run): Program;
}

const flags = ["--source", "kafka", "--until-end", "--json"];

const ours = (Object.keys(runtimes) as RuntimeName[]).map((runtime): Contestant => ({
  name: `Mangrove, ${runtime}`,
  kinds,
  runtime,
  guarantee: "exactly once",
  install: async () => null,
  program: ({ kind, servers, group, input, output, folder, state }) => ({
    command: join(root, "node_modules", ".bin", runtime),
    words: [...runtimes[runtime], join(root, "mangrove.ts"), "engine", join(root, "bench", "streams", "pipelines", `${kind}.ts`), ...flags, "--model-path", join(folder, "model.json"), "--history", join(state, "history"), "--app-id", group],
    cwd: folder,
    env: { KAFKA_BOOTSTRAP_SERVERS: servers, INPUT: input, OUTPUT: output },
  }),
}));

const callsOf = { "predictions-java": { calls: "Java predictor" }, predictions: { calls: "XGBoost4J by 256" }, windows: {} };

/** `way` is what `Peer.java` calls it. */
export function kafkaStreams(way: "predictions" | "predictions-java" | "windows", guarantee: "exactly_once_v2" | "at_least_once"): Contestant {
  return {
    name: "Kafka Streams 4.3.1",
    ...callsOf[way],
    kinds: [way === "windows" ? way : "predictions"],
    runtime: null,
    guarantee: `${guarantee === "exactly_once_v2" ? "exactly once" : "at least once"}${way === "predictions" ? ", but for its buffer" : ""}`,
    install: installKafkaStreams,
    program: (run) => ({ command: "java", words: ["-Xmx1g", "-cp", classPath, "Peer", way, guarantee], cwd: run.state, env: environment(run) }),
  };
}

interface PythonOptions {
  readonly calls: string;
  readonly kinds: readonly Kind[];
  readonly guarantee: string;
  readonly isSlow?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  words(run: Run): readonly string[];
}

function python(name: string, peer: PythonPeer, { words, env = {}, ...options }: PythonOptions): Contestant {
  const command = pythonOf(peer);
  return { name, runtime: null, ...options, install: () => installPython(peer), program: (run) => ({ command, words: words(run), cwd: peersFolder, env: { ...environment(run), PYTHONDONTWRITEBYTECODE: "1", ...env } }) };
}

function environment({ kind, servers, group, input, output, readings, folder, state }: Run): Record<string, string> {
  const fields = smokeSchema.fields.filter(({ feature }) => feature).map(({ name }) => name);
  return {
    KIND: kind,
    SERVERS: servers,
    GROUP: group,
    INPUT: input,
    OUTPUT: output,
    READINGS: String(readings),
    MODEL: join(folder, "model.json"),
    MODEL_BINARY: join(folder, "model.bin"),
    STATE: state,
    FIELDS: JSON.stringify(fields),
  };
}

/** As it is shown. */
export function nameOf({ name, calls }: Contestant, kind: Kind): string {
  return kind === "predictions" && calls !== undefined ? `${name}, ${calls}` : name;
}

export const contestants: readonly Contestant[] = [
  ...ours,
  ...(["exactly_once_v2", "at_least_once"] as const).flatMap((guarantee) => [
    kafkaStreams("predictions-java", guarantee),
    kafkaStreams("predictions", guarantee),
    kafkaStreams("windows", guarantee),
  ]),
  python("Bytewax 0.21.1", "bytewax", {
    calls: "by 1,000",
    kinds,
    guarantee: "at least once, a snapshot every 10 s",
    words: () => ["bytewax_peer.py"],
  }),
  python("PySpark 4.2.0", "pyspark", { calls: "mapInPandas", kinds, guarantee: "at least once, checkpoints", words: () => ["spark_peer.py"], env: { PYSPARK_PYTHON: pythonOf("pyspark") } }),
  python("Quix Streams 3.28.1", "quix", { calls: "by 100", kinds, guarantee: "exactly once", isSlow: true, words: () => ["quix_peer.py"], env: { GUARANTEE: "exactly-once" } }),
  python("Faust 0.15.3", "faust", { calls: "by 1,000", kinds: ["predictions"], guarantee: "at least once", isSlow: true, words: () => ["faust_peer.py", "worker", "-l", "warn"], env: { GUARANTEE: "at_least_once" } }),
];
