import { join } from "node:path";
import process from "node:process";
import { AlertDesk } from "../../engine/notify/alert-desk.ts";
import type { AlertLog } from "../../engine/notify/alert-log.ts";
import { forgetfulDeskLog, type DeskLog } from "../../engine/notify/desk-entry.ts";
import { FileDeskLog } from "../../engine/notify/file-desk-log.ts";
import { KafkaAlerts } from "../../engine/notify/kafka-alerts.ts";
import { KafkaDeskLog } from "../../engine/notify/kafka-desk-log.ts";
import { followTail } from "../../engine/notify/kafka-tail.ts";
import { LocalAlerts } from "../../engine/notify/local-alerts.ts";
import { MemoryAlerts } from "../../engine/notify/memory-alerts.ts";
import { Notifier } from "../../engine/notify/notifier.ts";
import type { Route } from "../../engine/notify/route.ts";
import { TailReader } from "../../engine/notify/tail-reader.ts";
import type { CommitWatch } from "../../engine/runtime/commit-watch.ts";
import { internalTopics } from "../../engine/runtime/kafka/topics.ts";
import type { OutputsWatch } from "../../engine/runtime/local/outputs-watch.ts";
import type { LocalState } from "../../engine/runtime/local/state.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { brokerOptions } from "../broker.ts";
import type { Arguments } from "../command.ts";
import type { Runtime } from "../runtime.ts";
import { connectKafka, groupOf } from "../source.ts";
import { printable, tell } from "../terminal.ts";

/** As many alerts of each partition as a desk remembers. */
const NEWEST = 1000;

/** The alerts of this process, or of its application, and who is told of them. */
export interface Notifications extends AsyncDisposable {
  readonly desk: AlertDesk;
  /** For one life of a task: sees its alerts where nothing else keeps them. */
  watches(): readonly CommitWatch[];
  /** Follows the output files of a state; null without one. */
  readonly outputs: OutputsWatch | null;
  /** Begins to tell of what is committed from now on, by these routes. To be called before an engine commits anything. Throws `MGV_BROKER`, `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  open(routes: readonly Route[]): Promise<Notifier>;
}

/** `state`: that of an engine without Kafka; null: none. `isKafka`: readings come from Kafka. */
export async function openNotifications(given: Arguments, runtime: Runtime, { state, isKafka }: { readonly state: LocalState | null; readonly isKafka: boolean }): Promise<Notifications> {
  const { config, kernel, pipeline, metrics } = runtime;
  const topics = pipeline.alertTopics;
  const told = (sentence: string, isGrave = false) => tell(`notify  ${printable(sentence)}`, { level: isGrave ? "error" : "warn", event: isGrave ? "notification.given_up" : "notification.problem" });
  const opened = (log: AlertLog, deskLog: DeskLog, more: Partial<Pick<Notifications, "watches" | "outputs">> = {}): Notifications => {
    const desk = new AlertDesk({ log: deskLog, now: Date.now });
    metrics.followOpenAlerts(() => desk.open);
    return {
      desk,
      watches: () => [],
      outputs: null,
      ...more,
      async open(routes) {
        const notifier = await Notifier.open({ log, routes, desk, metrics, pipeline: pipeline.name, environment: process.env, now: Date.now, random: Math.random, tell: told });
        if (routes.length > 0) tell(`notify  ${routes.map(({ name, least, afterMs }) => `${name} (${least} and graver${afterMs > 0 ? `, unless acknowledged within ${afterMs / 60_000} min` : ""})`).join(", ")}, ${log.promise}`, { event: "notifications.started" });
        return notifier;
      },
      async [Symbol.asyncDispose]() {
        await log[Symbol.asyncDispose]();
        await deskLog[Symbol.asyncDispose]();
      },
    };
  };

  if (isKafka && config.kafkaClient === "platformatic") {
    const appId = groupOf(given, config, pipeline);
    const connect = () => connectKafka(config, appId);
    const connectReader = async () => {
      const broker = await connect();
      await broker.ensureTopics([pipeline.readings]);
      const partitions = (await broker.endOffsets(pipeline.readings)).size;
      await broker.ensureTopics(topics, { partitions });
      return broker;
    };
    let problem = "";
    const onFailure = (thrown: unknown) => {
      const { message } = MangroveError.from(thrown);
      if (message !== problem) told(`Kafka: ${message} It is asked again.`);
      problem = message;
    };
    const tailOf = (topic: string, newest: number | null): KafkaDeskOptions["follow"] => (give, signal) => followTail({ kernel, broker: { ...brokerOptions(config), clientId: appId }, topic, newest, give, onFailure }, signal);
    const newest = () => new TailReader(async (give, signal) => void (await Promise.all(topics.map((topic) => tailOf(topic, NEWEST)(give, signal)))));
    const desk = internalTopics(appId).desk;
    return opened(new KafkaAlerts({ connect: connectReader, appId, topics, newest, now: Date.now, onFailure }), new KafkaDeskLog({ connect, topic: desk, follow: tailOf(desk, null) }));
  }
  if (state) {
    const alerts = new LocalAlerts({ directory: state.directory, topics, now: Date.now });
    return opened(alerts, await FileDeskLog.open(join(state.directory, "notify", "desk.jsonl")), { outputs: alerts });
  }
  const alerts = new MemoryAlerts({ now: Date.now, onDropped: (count) => told(`${count} alerts could not wait any longer and are told to nobody`, true) });
  return opened(alerts, forgetfulDeskLog, { watches: () => [alerts.watch()] });
}

type KafkaDeskOptions = ConstructorParameters<typeof KafkaDeskLog>[0];
