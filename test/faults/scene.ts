import { join } from "node:path";
import type { OwnBroker } from "../broker/start.ts";
import { projectRoot, type RuntimeName } from "../fixtures/runtimes.ts";
import type { Bookmark } from "../../engine/runtime/kafka/bookmark.ts";
import type { Cluster } from "./cluster.ts";
import { Feed, type FedRecord } from "./feed.ts";
import { dieInSnapshot, failTask, fillDisk, slowSink } from "./inside.ts";
import { Members } from "./members.ts";
import { ModelsInTurn } from "./models-in-turn.ts";
import { faultsPipeline, topicOf } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { changePipeline, killWorker, rebuild } from "./starts.ts";
import { until } from "./until.ts";
import type { Guarantee } from "./verify.ts";

const PARTITIONS = 4;
const SENSORS = 12;
/** Of each sensor in a round: an engine gathers outputs in memory up to 1 MiB for each partition, and this is more. */
const READINGS = 450;
/** Of each sensor after the engines have begun, so that something is left to do. */
const MORE_READINGS = 20;
/** How often more is given to engines that have committed all that they had, so that a step meets them amid something. */
const TRIES = 10;
/** Longer than a group waits for a member that is gone, with a broker that starts. */
const RECOVERED_MS = 120_000;
/** What an engine says when its group has given it something to read. */
const READS = /^engine {2}holds partition/m;
const DAYS_MS = 30 * 86_400_000;

export interface SceneOptions {
  readonly broker: OwnBroker;
  readonly cluster: Cluster;
  readonly folder: string;
  readonly seed: number;
  readonly guarantee: Guarantee;
  readonly runtimes: readonly RuntimeName[];
  readonly commitIntervalMs: number;
  readonly pauseMs: number;
  /** How the engines reach the broker, in the words of the environment. Default: as everybody. */
  readonly access?: Readonly<Record<string, string>>;
  /** How many processes `m1` has, one number after the other; default: it is one itself, and others join it. */
  readonly workers?: readonly number[];
}

/** A member that ended without having been told to. */
export interface Exit {
  readonly name: string;
  /** How, and by what error. */
  readonly end: string;
  /** What had happened before. */
  readonly after: string;
  /** A zombie, and whoever has lost the broker, may give up with an error that says so: whoever runs engines starts them again. */
  readonly isAllowed: boolean;
}

/** A group of engines, its feed and its broker, and what is done to them. */
export class Scene implements AsyncDisposable {
  /** Names topics and group. */
  readonly run: string;
  readonly partitions = PARTITIONS;
  /** Where the members work. */
  readonly folder: string;
  readonly members: Members;
  /** The folder that the engines share. */
  readonly history: string;
  readonly models: ModelsInTurn;
  readonly exits: Exit[] = [];
  kills = 0;
  openAtKill = 0;
  readonly #options: SceneOptions;
  readonly #feed: Feed;
  readonly #outputs: readonly string[];
  /** Predictions that were committed when the present model was put in its place. */
  #predictedBefore = 0;
  #change = 0;
  #size = 0;
  #after = "the start";
  #mayEnd = false;

  static async open(options: SceneOptions): Promise<Scene> {
    const scene = new Scene(options);
    await scene.#begin();
    return scene;
  }

  private constructor(options: SceneOptions) {
    const { folder, seed, guarantee, runtimes, commitIntervalMs, broker, workers, access = { KAFKA_BOOTSTRAP_SERVERS: broker.servers } } = options;
    this.#options = options;
    this.folder = folder;
    this.run = `faults-${seed}-${Date.now().toString(36)}`;
    this.models = new ModelsInTurn(folder);
    this.history = join(folder, "history");
    this.#outputs = faultsPipeline(this.run).outputTopics;
    this.#feed = new Feed({ seed, partitions: PARTITIONS, sensors: SENSORS, startMs: Date.now() - DAYS_MS });
    const words = ["engine", join(projectRoot, "test/faults/pipeline.ts"), "--source", "kafka", "--app-id", this.run, "--model-path", this.models.place];
    const chosen = ["--commit-interval", String(commitIntervalMs), "--guarantee", guarantee, "--snapshot-interval", "3000"];
    this.members = new Members({
      folder,
      runtimes,
      wordsOf: (name) => [...words, ...chosen, ...(workers ? ["--workers", String(workers[this.#size % workers.length])] : ["--instance-id", name])],
      environmentOf: (name) => ({ ...access, FAULTS_MEMBER: name, FAULTS_RUN: this.run, FAULTS_CHANGE: String(this.#change), MANGROVE_HISTORY_DIR: this.history, MODEL_RELOAD_INTERVAL: "0.2" }),
    });
  }

  async #begin(): Promise<void> {
    const pipeline = faultsPipeline(this.run);
    await this.models.begin(pipeline);
    await this.#options.cluster.create([pipeline.readings, ...this.#outputs, topicOf(this.run, "again")], PARTITIONS);
    this.members.start("m1");
  }

  /** Gives the engines something to do, lets it happen while they are at it, and sees to it that they go on. A line for people. */
  async play(step: Step): Promise<string> {
    const { cluster } = this.#options;
    const startedMs = performance.now();
    await this.startEnded();
    if (step.member !== null && step.kind !== "join") await this.reads(step.member);
    const before = await cluster.written(this.#outputs);
    await this.#append(this.#feed.round(Date.now(), READINGS));
    await this.until("the engines begin with what was fed", async () => (await cluster.written(this.#outputs)) > before);
    let [left, open] = [0, 0];
    const isAmid = () => left > 0 && (open > 0 || this.#options.guarantee === "at-least-once");
    for (let tries = 0; !isAmid() && tries < TRIES; tries++) {
      await this.#append(this.#feed.round(Date.now(), MORE_READINGS));
      left = sum(await this.#lags());
      open = await cluster.open(this.#outputs);
    }
    if (left === 0) throw new Error(`The run is void: nothing was left to do when it came to ${step.kind}.`);
    this.#after = step.kind;
    this.#mayEnd ||= step.kind.startsWith("broker") || step.kind === "zombie";
    await this.#do(step);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const who = step.member === null ? "" : ` ${step.member}`;
    return `${step.kind}${who}: ${left} records left, ${open} partitions in transactions, ${this.members.running.size} members, ${seconds} s`;
  }

  async #do({ kind, member }: Step): Promise<void> {
    const { broker, pauseMs } = this.#options;
    switch (kind) {
      case "join":
        return this.members.start(member!);
      case "leave":
        return this.ask(member!);
      case "restart":
        await this.ask(member!);
        return this.members.start(member!);
      case "swap":
        await this.until("the model has scored", async () => (await this.#predicted()) > this.#predictedBefore);
        this.#predictedBefore = await this.#predicted();
        return this.models.swap();
      case "lose":
      case "kill":
        await this.countKill();
        await this.members.end(member!, "SIGKILL");
        if (kind === "kill") this.members.start(member!);
        return;
      case "zombie":
        this.members.signal(member!, "SIGSTOP");
        await this.feedAll(); // so also what it holds
        await this.recovered();
        this.members.signal(member!, "SIGCONT");
        return;
      case "broker restart":
        await broker.stop();
        await broker.start();
        return this.recovered();
      case "broker kill":
        await broker.kill();
        await broker.start();
        return this.recovered();
      case "broker pause":
        await broker.pause();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        await broker.resume();
        return this.recovered();
      case "abort":
      case "cut short":
        return failTask(this, member!, kind);
      case "cut":
        return dieInSnapshot(this, member!);
      case "disk full":
        return fillDisk(this, member!);
      case "slow sink":
        return slowSink(this);
      case "rebuild":
        return rebuild(this, member!);
      case "change":
        return changePipeline(this, member!);
      case "kill worker":
        return killWorker(this, member!);
      case "resize":
        await this.ask(member!);
        this.#size++;
        return this.members.start(member!);
    }
  }

  /** The last readings, and then nothing more in flight. */
  async drain(): Promise<void> {
    await this.startEnded();
    await this.feedAll();
    await this.recovered();
    await this.#settled();
    for (const name of this.members.running.keys()) await this.ask(name);
    await this.#settled();
  }

  async ask(name: string): Promise<void> {
    // one that has said nothing yet does not listen to signals either
    await this.until(`${name} has begun`, async () => !this.members.running.has(name) || /\n./.test(await this.members.said(name)));
    const end = await this.members.end(name, "SIGTERM");
    if (end !== "code 0") await this.#exit(name, end);
  }

  /** To be called when an engine is killed: counts, and whether there is an open transaction. */
  async countKill(): Promise<void> {
    this.kills++;
    if ((await this.#options.cluster.open(this.#outputs)) > 0) this.openAtKill++;
  }

  /** Resolves once every record is committed. */
  async recovered(): Promise<void> {
    let lags: number[] = [];
    const condition = async () => {
      await this.startEnded();
      lags = await this.#lags();
      return sum(lags) === 0;
    };
    await this.until("all records are committed", condition, { state: () => `Of the partitions are left ${lags.join(", ")}.` });
  }

  /** Resolves once the group has given it something to read. */
  async reads(name: string): Promise<void> {
    await this.until(`${name} reads`, async () => {
      await this.startEnded();
      return READS.test(await this.members.said(name));
    });
  }

  #lags(): Promise<number[]> {
    return this.#options.cluster.lags(topicOf(this.run, "readings"), this.run);
  }

  async #settled(): Promise<void> {
    await this.until("all transactions end", async () => (await this.#options.cluster.open(this.#outputs)) === 0);
  }

  /** Members that have ended by themselves are started again, and told of. */
  async startEnded(): Promise<void> {
    for (const { name, end } of this.members.takeEnded()) {
      await this.#exit(name, end);
      this.members.start(name);
    }
  }

  async #exit(name: string, end: string): Promise<void> {
    const error = /^MGV_.*$/m.exec(await this.members.said(name))?.[0] ?? "no error of ours";
    this.exits.push({ name, end: `${end}, ${error}`, after: this.#after, isAllowed: this.#mayEnd && error.startsWith("MGV_BROKER:") });
  }

  /** A reading for every partition. */
  async feedAll(): Promise<void> {
    await this.#append(this.#feed.flush());
  }

  /** One by one: a request of several would be too large. */
  async feedFat(count: number): Promise<void> {
    for (const record of this.#feed.fat(count)) await this.#append([record]);
  }

  bookmarks(): Promise<ReadonlyMap<number, Bookmark>> {
    return this.#options.cluster.bookmarks(topicOf(this.run, "readings"), this.run);
  }

  /** Engines that are started from now on have a step more, whose name this is. */
  changePipeline(): string {
    return `sums-${++this.#change}`;
  }

  async #append(records: readonly FedRecord[]): Promise<void> {
    await this.#options.cluster.append(topicOf(this.run, "readings"), records);
  }

  async #predicted(): Promise<number> {
    const topic = topicOf(this.run, "predictions");
    return sum((await this.#options.cluster.ends([topic], "committed")).get(topic)!);
  }

  until(what: string, condition: () => Promise<boolean> | boolean, options: { readonly withinMs?: number; readonly state?: () => string } = {}): Promise<void> {
    return until(what, condition, { withinMs: RECOVERED_MS, ...options });
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.members[Symbol.asyncDispose]();
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
