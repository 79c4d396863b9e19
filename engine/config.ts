import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { compressions, type Compression } from "./broker/compression.ts";
import { readSecurity, type BrokerSecurity } from "./broker/security.ts";

/** What the environment decides. Names without the prefix are those of the system that this one replaces. */
export interface Config {
  /** MODEL_PATH: where the model in use lies. */
  readonly modelPath: string;
  /** MODEL_RELOAD_INTERVAL: how often the file is looked at. Seconds there, ms here. */
  readonly modelReloadIntervalMs: number;
  /** ML_AUTO_TRAIN_ON_STARTUP: train a first model when there is none. */
  readonly autoTrain: boolean;
  /** ML_TRAINING_INTERVAL_HOURS: 24 trains nightly at the hour below; 0 never; else every so many hours. */
  readonly trainingIntervalHours: number;
  /** ML_RETRAIN_HOUR: local time, 0…23. */
  readonly retrainHour: number;
  /** MODEL_SAVE_LOCAL: also keep a trained model in ./models when MODEL_PATH lies elsewhere. */
  readonly saveLocal: boolean;
  /** MODEL_SAVE_SHARED: write a trained model to MODEL_PATH. */
  readonly saveShared: boolean;
  /** KAFKA_BOOTSTRAP_SERVERS; when set, Kafka is the default source. */
  readonly kafkaServers: readonly string[];
  /**
   * KAFKA_SECURITY_PROTOCOL: PLAINTEXT (null), SSL, SASL_PLAINTEXT or SASL_SSL. With SSL: KAFKA_SSL_CA, KAFKA_SSL_CERT
   * and KAFKA_SSL_KEY, PEM files. With SASL: KAFKA_SASL_MECHANISM (PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512),
   * KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.
   */
  readonly kafkaSecurity: BrokerSecurity | null;
  /** MANGROVE_KAFKA_COMPRESSION, of what is produced: none, gzip, snappy, lz4 or zstd. */
  readonly kafkaCompression: Compression;
  /** KAFKA_TOPIC_SMOKE. */
  readonly kafkaTopic: string;
  /** FLASK_HOST, FLASK_PORT: where the API listens. */
  readonly host: string;
  readonly port: number;
  /** ENABLE_ML_PREDICTIONS: false only stores readings. */
  readonly predictions: boolean;
  /** PROMETHEUS_PORT: serves /metrics on a port of its own, for an engine without API; null does not. */
  readonly prometheusPort: number | null;
  /** DATASET: a labelled CSV to train on; null trains on simulated rooms. */
  readonly dataset: string | null;
  /** MANGROVE_HISTORY_DIR. */
  readonly historyDirectory: string;
  /** MANGROVE_STATE_DIR: where an engine without Kafka keeps its state; null: nowhere. An engine on Kafka keeps it there. */
  readonly stateDirectory: string | null;
  /** MANGROVE_APP_ID: names the consumer group; null takes the pipeline's name. */
  readonly appId: string | null;
  /** MANGROVE_KAFKA_CLIENT. */
  readonly kafkaClient: "platformatic" | "kafkajs";
  /** MANGROVE_DEAD_LETTER_LIMIT: more dead letters in a minute are an alert; 0: none are. */
  readonly deadLetterLimit: number;
}

/** One sensor at 1 Hz that sends nothing else is just within it. */
export const DEAD_LETTER_LIMIT = 60;

export const LOCAL_MODEL_PATH = "models/smoke_detection_model.json";

const OWN_NAMES = ["MANGROVE_HISTORY_DIR", "MANGROVE_STATE_DIR", "MANGROVE_APP_ID", "MANGROVE_KAFKA_CLIENT", "MANGROVE_KAFKA_COMPRESSION", "MANGROVE_DEAD_LETTER_LIMIT"];

/** Reads the environment. Throws `MGV_CONFIG` for a value that cannot be used and for an unknown `MANGROVE_*` name. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(environment)) {
    if (name.startsWith("MANGROVE_") && !OWN_NAMES.includes(name)) {
      throw new MangroveError("MGV_CONFIG", `There is no variable ${name}.${didYouMean(name, OWN_NAMES)} Known are ${OWN_NAMES.join(", ")}.`);
    }
  }
  const text = (name: string) => environment[name]?.trim() || null;
  const fail = (name: string, wanted: string): never => {
    throw new MangroveError("MGV_CONFIG", `${name} is ${JSON.stringify(environment[name])}; it must be ${wanted}.`);
  };
  const number = (name: string, low: number, high: number, otherwise: number) => {
    const given = text(name);
    const value = Number(given ?? otherwise);
    return value >= low && value <= high ? value : fail(name, `a number from ${low} to ${high}`);
  };
  const whole = (name: string, low: number, high: number, otherwise: number) => {
    const value = number(name, low, high, otherwise);
    return Number.isInteger(value) ? value : fail(name, `a whole number from ${low} to ${high}`);
  };
  const flag = (name: string, otherwise: boolean) => {
    const given = text(name)?.toLowerCase() ?? String(otherwise);
    if (["true", "1", "yes", "on"].includes(given)) return true;
    return ["false", "0", "no", "off"].includes(given) ? false : fail(name, "true or false");
  };
  const client = text("MANGROVE_KAFKA_CLIENT") ?? "platformatic";
  const compression = text("MANGROVE_KAFKA_COMPRESSION") ?? "none";

  return {
    modelPath: text("MODEL_PATH") ?? LOCAL_MODEL_PATH,
    modelReloadIntervalMs: number("MODEL_RELOAD_INTERVAL", 0.1, 86_400, 5) * 1000,
    autoTrain: flag("ML_AUTO_TRAIN_ON_STARTUP", true),
    trainingIntervalHours: number("ML_TRAINING_INTERVAL_HOURS", 0, 24 * 365, 24),
    retrainHour: whole("ML_RETRAIN_HOUR", 0, 23, 2),
    saveLocal: flag("MODEL_SAVE_LOCAL", true),
    saveShared: flag("MODEL_SAVE_SHARED", true),
    kafkaServers: (text("KAFKA_BOOTSTRAP_SERVERS") ?? "").split(",").map((server) => server.trim()).filter(Boolean),
    kafkaSecurity: readSecurity(environment),
    kafkaCompression: compressions.find((name) => name === compression) ?? fail("MANGROVE_KAFKA_COMPRESSION", "none, gzip, snappy, lz4 or zstd"),
    kafkaTopic: text("KAFKA_TOPIC_SMOKE") ?? "smoke_sensor_data",
    host: text("FLASK_HOST") ?? "127.0.0.1",
    port: whole("FLASK_PORT", 0, 65_535, 5000),
    predictions: flag("ENABLE_ML_PREDICTIONS", true),
    prometheusPort: text("PROMETHEUS_PORT") === null ? null : whole("PROMETHEUS_PORT", 0, 65_535, 9090),
    dataset: text("DATASET"),
    historyDirectory: text("MANGROVE_HISTORY_DIR") ?? "history",
    stateDirectory: text("MANGROVE_STATE_DIR"),
    appId: text("MANGROVE_APP_ID"),
    kafkaClient: client === "platformatic" || client === "kafkajs" ? client : fail("MANGROVE_KAFKA_CLIENT", "platformatic or kafkajs"),
    deadLetterLimit: whole("MANGROVE_DEAD_LETTER_LIMIT", 0, 1e9, DEAD_LETTER_LIMIT),
  };
}
