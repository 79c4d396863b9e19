import { setTimeout as delay } from "node:timers/promises";
import { Cluster } from "../engine/broker/wire/cluster.ts";
import { ensureControlTopic, followChampion, type ControlRecord } from "../engine/runtime/kafka/control.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { brokerOptions, readsKafka } from "./broker.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { connectKafka, groupOf } from "./source.ts";
import { printable, tell } from "./terminal.ts";

/** Pauses before the broker is asked again. */
const PAUSE_MS = 5000;

/** A folder that several machines share may show a file later than Kafka tells of it. */
const LATE_MS = 3000;

/** Looks at the model file whenever Kafka says that another model is the champion, until the signal aborts. Does nothing without Kafka, and with the client kafkajs, which has no such reader. Never throws: a broker that is away is asked again. */
export function followControl(given: Arguments, { config, kernel, pipeline, models }: Runtime, signal: AbortSignal): void {
  if (!readsKafka(config)) return;
  const appId = groupOf(given, config, pipeline);

  const give = async ({ version, time, by }: ControlRecord) => {
    for (const waitMs of [0, LATE_MS]) {
      await delay(waitMs, undefined, { signal });
      await models.refresh({ force: true });
      if (models.current?.version === version) return;
    }
    tell(`model   Kafka names version ${printable(version)} as the champion (${printable(by)}, ${printable(time)}), but ${models.path} holds ${models.current?.version ?? "no model"}: do the processes of ${appId} share that folder?`);
  };

  const follow = async () => {
    let told = "";
    while (!signal.aborted) {
      try {
        await using broker = await connectKafka(config, appId);
        await ensureControlTopic(broker, appId);
        await using cluster = await Cluster.connect({ ...brokerOptions(config), clientId: appId });
        told = "";
        await followChampion(cluster, kernel, { appId, signal, give });
      } catch (thrown) {
        if (signal.aborted) return;
        const { code, message } = MangroveError.from(thrown);
        if (message !== told) tell(`model   Kafka does not say which model is the champion (${code}: ${message}); the file is followed`);
        told = message;
      }
      await delay(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  void follow();
}
