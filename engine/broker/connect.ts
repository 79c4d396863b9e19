import type { Broker, BrokerOptions } from "./broker.ts";
import { checkCompression } from "./compression.ts";
import { connectKafkajs } from "./kafkajs.ts";
import { connectPlatformatic } from "./platformatic.ts";

/** Reaches a cluster through the client of that name; throws `MGV_BROKER` within about 5 s when it cannot be reached or does not let this client in. */
export async function connectBroker(client: Broker["client"], options: BrokerOptions): Promise<Broker> {
  checkCompression(options.compression ?? "none");
  return client === "platformatic" ? connectPlatformatic(options) : connectKafkajs(options);
}
