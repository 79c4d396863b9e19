import type { BrokerOptions } from "../engine/broker/broker.ts";
import type { Config } from "../engine/config.ts";

/** How the environment says that Kafka is reached. */
export function brokerOptions({ kafkaServers, kafkaSecurity, kafkaCompression }: Config): BrokerOptions {
  return {
    servers: kafkaServers.length > 0 ? kafkaServers : ["localhost:9092"],
    security: kafkaSecurity,
    compression: kafkaCompression,
  };
}
