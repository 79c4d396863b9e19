import { Cluster } from "../engine/broker/wire/cluster.ts";
import { joinGroup } from "../engine/broker/membership/membership.ts";
import { sinkAsides } from "../engine/runtime/asides.ts";
import { guarantees, runKafkaEngine, type Join } from "../engine/runtime/kafka/engine.ts";
import { ensureInternalTopics } from "../engine/runtime/kafka/topics.ts";
import { JsonLinesSink } from "../engine/sink/json-lines.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Notifications } from "./alerts/notifications.ts";
import { tellDating } from "./append-times.ts";
import { beginningOf } from "./beginning.ts";
import { brokerOptions } from "./broker.ts";
import type { Arguments, Flag } from "./command.ts";
import type { OpenedEngine } from "./engine.ts";
import { openHistory, tellShared } from "./history-store.ts";
import type { Runtime } from "./runtime.ts";
import { connectKafka, groupOf, tellNotUsed } from "./source.ts";
import { policiesOf } from "./task-policies.ts";
import { tell } from "./terminal.ts";
import { watchesOf } from "./watches.ts";

/** Outputs of one transaction, at most. */
const COMMIT_BYTES = 64 << 20;

export const kafkaEngineFlags: readonly Flag[] = [
  { name: "guarantee", value: "KIND", help: "exactly-once or, for brokers without transactions, at-least-once (exactly-once)" },
  { name: "workers", value: "N", help: "run so many processes, which share the partitions (1)" },
  { name: "instance-id", value: "NAME", help: "a name of this process that lasts: one that comes back soon under it finds its partitions" },
];

/** An engine that takes part in a group, exactly once. */
export async function openKafkaEngine(given: Arguments, runtime: Runtime, notifications: Notifications): Promise<OpenedEngine> {
  const { config, kernel, pipeline, models, metrics, live } = runtime;
  const appId = groupOf(given, config, pipeline);
  const from = beginningOf(given.text("from") ?? "earliest");
  const guarantee = given.oneOf("guarantee", guarantees) ?? "exactly-once";
  const instanceId = given.text("instance-id");
  const policies = policiesOf(given, COMMIT_BYTES);
  const options = { ...brokerOptions(config), clientId: appId };
  const opened = new AsyncDisposableStack();
  try {
    const broker = opened.use(await connectKafka(config, appId));
    await broker.ensureTopics([pipeline.readings]);
    const cluster = opened.use(await Cluster.connect(options));
    await ensureInternalTopics(broker, cluster, { pipeline, appId });
    await tellDating(cluster, pipeline.readings);
    const history = opened.use(await openHistory(given, runtime));
    const out = given.text("out");
    const lines = out === undefined ? null : opened.use(await JsonLinesSink.open(pipeline, out));
    const join: Join = (events) => joinGroup({ broker: options, group: appId, topic: pipeline.readings, ...(instanceId !== undefined && { instanceId }), ...events });
    const sinks = [...(history ? [history.description] : []), ...(lines ? [lines.description] : []), `topics ${pipeline.outputTopics.join(", ")}, ${guarantee.replaceAll("-", " ")}`];
    return {
      guarantee,
      simulation: null,
      description: `Kafka topic ${pipeline.readings}, as group ${appId} -> ${sinks.join("; ")}`,
      async run(signal, onOutput) {
        const startedMs = performance.now();
        let isTold = false;
        if (history) tellShared(history.directory);
        const summary = await runKafkaEngine(
          {
            cluster,
            kernel,
            pipeline,
            models: config.predictions && pipeline.isScored ? models : null,
            metrics,
            watches: () => watchesOf(runtime, notifications),
            appId,
            guarantee,
            from,
            compression: config.kafkaCompression,
            history,
            sinks: lines ? [sinkAsides(lines)] : [],
            ...policies,
            untilEnd: given.has("until-end"),
            rebuild: given.has("rebuild"),
            now: Date.now,
            live,
            onOutput,
            onResumed: () => {
              if (given.has("from") && !isTold) tellNotUsed(given, appId);
              isTold = true;
            },
            tell: (sentence) => tell(`engine  ${sentence}`),
          },
          join,
          signal,
        );
        return { summary, seconds: (performance.now() - startedMs) / 1000 };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (thrown) {
    await opened.disposeAsync();
    throw MangroveError.from(thrown);
  }
}
