import type { Broker, BrokerOptions } from "./broker.ts";
import { connectKafkajs } from "./kafkajs.ts";
import { connectPlatformatic } from "./platformatic.ts";

/** Reaches a cluster through the client of that name; throws `MGV_BROKER` within about 5 s when it cannot be reached. */
export function connectBroker(client: Broker["client"], options: BrokerOptions): Promise<Broker> {
  return client === "platformatic" ? connectPlatformatic(options) : connectKafkajs(options);
}
