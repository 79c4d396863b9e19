import { connectKafkajs } from "../../../engine/broker/kafkajs.ts";
import { brokerConformance } from "../../conformance/broker.ts";

brokerConformance("kafkajs", connectKafkajs);
