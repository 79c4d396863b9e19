import type { Broker } from "../engine/broker/broker.ts";
import { tell } from "./terminal.ts";

/** Whose clock dates what is appended to a topic: Kafka's own choice, `CreateTime`, is the producer's. Null where its settings may not be read. */
export async function datedBy(broker: Pick<Broker, "settingsOf">, topic: string): Promise<"broker" | "producers" | null> {
  const settings = await broker.settingsOf(topic);
  if (settings === null) return null;
  return settings.get("message.timestamp.type") === "CreateTime" ? "producers" : "broker";
}

/** What that means where it is the producers', and the command by which it is the broker's. */
export function datedByProducers(topic: string): { readonly says: string; readonly fix: string } {
  return {
    says: `${topic} has message.timestamp.type=CreateTime: producers date its records, and one whose clock is ahead makes every sensor of its partition idle, and forgotten, and lets readings of the future in`,
    fix: `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config message.timestamp.type=LogAppendTime`,
  };
}

/** Says where append times are not the broker's, and nothing where that cannot be known. */
export async function tellDating(broker: Pick<Broker, "settingsOf">, topic: string): Promise<void> {
  if ((await datedBy(broker, topic).catch(() => null)) !== "producers") return;
  const { says, fix } = datedByProducers(topic);
  tell(`source  ${says}. The broker dates what comes from now on after ${fix}`, { level: "warn", event: "source.dated" });
}
