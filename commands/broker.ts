import type { BrokerOptions } from "../engine/broker/broker.ts";
import type { Config } from "../engine/config.ts";

/** Whether there is a Kafka, and the client through which it is read by requests of our own. */
export function readsKafka({ kafkaServers, kafkaClient }: Config): boolean {
  return kafkaServers.length > 0 && kafkaClient === "platformatic";
}

/** How the environment says that Kafka is reached. */
export function brokerOptions({ kafkaServers, kafkaSecurity, kafkaCompression, topicPartitions }: Config): BrokerOptions {
  return {
    servers: kafkaServers.length > 0 ? kafkaServers : ["localhost:9092"],
    security: kafkaSecurity,
    compression: kafkaCompression,
    topicPartitions,
  };
}
