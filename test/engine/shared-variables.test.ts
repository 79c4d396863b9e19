import { expect, test } from "vitest";
import { readConfig } from "../../engine/config.ts";

test.each([
  ["KAFKA_BOOTSTRAP_SERVER", "KAFKA_BOOTSTRAP_SERVERS"],
  ["KAFKA_BOOTSTRAPSERVERS", "KAFKA_BOOTSTRAP_SERVERS"],
  ["KAFKA_TOPIC_SMOK", "KAFKA_TOPIC_SMOKE"],
  ["KAFKA_SASL_MECHANISMS", "KAFKA_SASL_MECHANISM"],
  ["KAFKA_SASL_USER_NAME", "KAFKA_SASL_USERNAME"],
  ["MODEL_PATHS", "MODEL_PATH"],
  ["MODEL_RELOAD_INTERVALL", "MODEL_RELOAD_INTERVAL"],
  ["ML_RETRAIN_HOURS", "ML_RETRAIN_HOUR"],
  ["ML_TRAINING_INTERVAL_HOUR", "ML_TRAINING_INTERVAL_HOURS"],
  ["FLASK_PROT", "FLASK_PORT"],
  ["PROMETHEUS_PROT", "PROMETHEUS_PORT"],
])("%s is refused: %s was meant", (name, meant) => {
  expect(() => readConfig({ [name]: "x" })).toThrow(expect.objectContaining({ code: "MGV_CONFIG", message: expect.stringContaining(`${meant} is not set. Did you mean that?`) as string }));
});

test.each([
  "KAFKA_HOME", "KAFKA_OPTS", "KAFKA_HEAP_OPTS", "KAFKA_PORT", "KAFKA_LOG4J_OPTS", "KAFKA_JMX_PORT", "KAFKA_BROKERS", "KAFKA_BROKER", "KAFKA_HOST", "KAFKA_TOPIC", "KAFKA_GROUP_ID", "KAFKA_CLIENT_ID", "KAFKA_DIR", "KAFKA_VERSION", "KAFKA_LISTENERS", "KAFKA_SSL_KEYSTORE_LOCATION", "KAFKA_SSL_KEY_PASSWORD", "KAFKA_SSL_CAFILE",
  "KAFKA_SASL_JAAS_CONFIG", "KAFKA_SERVICE_HOST", "KAFKA_PORT_9092_TCP", "PROMETHEUS_MULTIPROC_DIR", "PROMETHEUS_HOST", "PROMETHEUS_URL", "PROMETHEUS_SERVICE_PORT", "FLASK_APP", "FLASK_ENV", "FLASK_DEBUG", "FLASK_RUN_PORT", "FLASK_RUN_HOST", "FLASK_SECRET_KEY",
  "MODEL_NAME", "MODEL_DIR", "MODEL_HASH", "MODEL_DATA", "MODEL_BATCH", "MODEL_ID", "MODEL_VERSION", "ML_HOME", "ML_DATA", "MLFLOW_TRACKING_URI",
])("%s is another program's, and is left to it", (name) => {
  expect(readConfig({ [name]: "x" })).toEqual(readConfig({}));
});

test("beside the one that it is near to, a name is another program's", () => {
  expect(readConfig({ KAFKA_SASL_MECHANISMS: "PLAIN", KAFKA_BOOTSTRAP_SERVER: "a:1", KAFKA_BOOTSTRAP_SERVERS: "b:2", KAFKA_SASL_MECHANISM: "" }).kafkaServers).toEqual(["b:2"]);
});
