import type { Broker, BrokerOptions } from "./broker.ts";
import { connectKafkajs } from "./kafkajs.ts";
import { connectPlatformatic } from "./platformatic.ts";
import type { PositionedBroker } from "./positions.ts";

/** Reaches a cluster through the client of that name; throws `MGV_BROKER` within about 5 s when it cannot be reached. */
export function connectBroker(client: Broker["client"], options: BrokerOptions): Promise<PositionedBroker> {
  switch (client) {
    case "platformatic":
      return connectPlatformatic(options);
    case "kafkajs":
      return connectKafkajs(options);
  }
}
