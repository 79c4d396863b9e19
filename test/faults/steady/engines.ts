import { join } from "node:path";
import { projectRoot, type RuntimeName } from "../../fixtures/runtimes.ts";
import type { OwnBroker } from "../../broker/start.ts";
import type { Cluster } from "../cluster.ts";
import { Members } from "../members.ts";
import { ModelsInTurn } from "../models-in-turn.ts";
import { faultsPipeline, topicOf } from "../pipeline.ts";
import type { Step, StepKind } from "../plan.ts";

/** Of a partition of a topic: the verifier may be twenty minutes behind, where engines and broker leave it too little of the processor. */
const RETENTION_BYTES = 4 * 2 ** 30;

/** Values are spread evenly over 100. */
const RARE_ALERTS = [40, 45] as const;

export interface EnginesOptions {
  readonly broker: OwnBroker;
  readonly cluster: Cluster;
  readonly folder: string;
  readonly run: string;
  readonly partitions: number;
  readonly runtimes: readonly RuntimeName[];
}

/** A group of engines under a load that does not wait for them, and what is done to them. */
export class Engines implements AsyncDisposable {
  readonly members: Members;
  readonly models: ModelsInTurn;
  readonly history: string;
  /** Those that ended without having been told to. */
  readonly exits: string[] = [];
  kills = 0;
  readonly #options: EnginesOptions;
  /** Those that are to run. */
  readonly #wanted = new Set<string>(["m1"]);
  readonly #steps: Partial<Record<StepKind, (member: string) => Promise<void>>> = {
    join: async (member) => this.#start(member),
    leave: (member) => this.#stop(member, "SIGTERM"),
    lose: (member) => this.#stop(member, "SIGKILL"),
    restart: async (member) => {
      await this.#stop(member, "SIGTERM");
      this.#start(member);
    },
    kill: async (member) => {
      await this.#stop(member, "SIGKILL");
      this.#start(member);
    },
    swap: () => this.models.swap(),
    "broker restart": async () => {
      await this.#options.broker.stop();
      await this.#options.broker.start();
    },
    "broker kill": async () => {
      await this.#options.broker.kill();
      await this.#options.broker.start();
    },
  };

  private constructor(options: EnginesOptions) {
    const { folder, run, runtimes, broker } = options;
    this.#options = options;
    this.models = new ModelsInTurn(folder);
    this.history = join(folder, "history");
    this.members = new Members({
      folder,
      runtimes,
      wordsOf: (name) => ["engine", join(projectRoot, "test/faults/pipeline.ts"), "--source", "kafka", "--app-id", run, "--model-path", this.models.place, "--snapshot-interval", "10000", "--instance-id", name],
      environmentOf: (name) => ({ KAFKA_BOOTSTRAP_SERVERS: broker.servers, FAULTS_MEMBER: name, FAULTS_RUN: run, FAULTS_CHANGE: "0", MANGROVE_HISTORY_DIR: this.history, MODEL_RELOAD_INTERVAL: "0.2" }),
    });
  }

  static async start(options: EnginesOptions): Promise<Engines> {
    const engines = new Engines(options);
    const pipeline = faultsPipeline(options.run);
    await engines.models.begin(pipeline, RARE_ALERTS);
    await options.cluster.create([pipeline.readings, ...pipeline.outputTopics, topicOf(options.run, "again")], options.partitions, { retentionBytes: RETENTION_BYTES });
    engines.members.start("m1");
    return engines;
  }

  async play({ kind, member }: Step): Promise<void> {
    const step = this.#steps[kind];
    if (!step) throw new Error(`${kind} has no place under a load that goes on.`);
    await step(member!);
  }

  /** Those that have ended by themselves are started again, and told of. */
  startEnded(): void {
    for (const { name, end } of this.members.takeEnded()) {
      this.exits.push(`${name}: ${end}`);
      if (this.#wanted.has(name)) this.members.start(name);
    }
  }

  async endAll(): Promise<void> {
    for (const name of this.members.running.keys()) await this.#stop(name, "SIGTERM");
  }

  #start(name: string): void {
    this.#wanted.add(name);
    this.members.start(name);
  }

  async #stop(name: string, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#wanted.delete(name);
    if (signal === "SIGKILL") this.kills++;
    if (!this.members.running.has(name)) return;
    const end = await this.members.end(name, signal);
    if (signal === "SIGTERM" && end !== "code 0") this.exits.push(`${name}: ${end}`);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.members[Symbol.asyncDispose]();
  }
}
