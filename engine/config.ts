import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { compressions, type Compression } from "./broker/compression.ts";
import { checkedTimeZone, ownTimeZone } from "./time-zone.ts";
import { severities, type Severity } from "./rules/profile.ts";
import { readSecurity, securityNames, type BrokerSecurity } from "./broker/security.ts";
import { refuseNearlyOurs } from "./shared-variables.ts";

/** What the environment decides. Names without the prefix are those of the system that this one replaces. */
export interface Config {
  /** MODEL_PATH: where the model in use lies. */
  readonly modelPath: string;
  /** Where it lies without MODEL_PATH: each pipeline has a file of its own in ./models. */
  readonly localModelPath: string;
  /** MODEL_RELOAD_INTERVAL: how often the file is looked at. Seconds there, ms here. */
  readonly modelReloadIntervalMs: number;
  /** ML_AUTO_TRAIN_ON_STARTUP: train a first model when there is none. */
  readonly autoTrain: boolean;
  /** ML_TRAINING_INTERVAL_HOURS: 24 trains nightly at the hour below; 0 never; else every so many hours. */
  readonly trainingIntervalHours: number;
  /** ML_RETRAIN_HOUR: 0…23, by the clock of the time zone. */
  readonly retrainHour: number;
  /** MANGROVE_TIME_ZONE: IANA, such as Europe/Berlin; the machine's by default. */
  readonly timeZone: string;
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
  /** MANGROVE_TOPIC_PARTITIONS: of a topic of readings or outputs that is not there and is made. */
  readonly topicPartitions: number;
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
  /** MANGROVE_HISTORY_RETENTION_DAYS: whole days of the history that are kept before today; null: all. */
  readonly historyRetentionDays: number | null;
  /** MANGROVE_HISTORY_LIMIT_GB, in bytes here: a larger history is warned of; null: never. */
  readonly historyLimitBytes: number | null;
  /** MANGROVE_REPORTS_DIR: where jobs leave their reports. */
  readonly reportsDirectory: string;
  /** MANGROVE_REPORTS_RETENTION_DAYS: days that they are kept. */
  readonly reportsRetentionDays: number;
  /** MANGROVE_JOBS: whether jobs other than the training are run by the clock. */
  readonly jobs: boolean;
  /** MANGROVE_STATE_DIR: where an engine without Kafka keeps its state; null: nowhere. An engine on Kafka keeps it there. */
  readonly stateDirectory: string | null;
  /** MANGROVE_APP_ID: names the consumer group; null takes the pipeline's name. */
  readonly appId: string | null;
  /** MANGROVE_KAFKA_CLIENT. */
  readonly kafkaClient: "platformatic" | "kafkajs";
  /** MANGROVE_DEAD_LETTER_LIMIT: more dead letters in a minute are an alert; 0: none are. */
  readonly deadLetterLimit: number;
  /** MANGROVE_API_KEYS: the file of the API's keys. */
  readonly apiKeysPath: string;
  /** MANGROVE_API_OPEN: an API without keys may be reached from other machines. */
  readonly apiIsOpen: boolean;
  /** MANGROVE_RATE_LIMIT: requests a minute of each key, and of each address without one; 0: no limit; null: none on this machine without keys, else {@link RATE_LIMIT}. */
  readonly rateLimit: number | null;
  /** MANGROVE_CORS: origins whose pages may have the API's answers; `*` is every origin. */
  readonly corsOrigins: readonly string[];
  /** MANGROVE_LOG: lines for people, or JSON. */
  readonly log: "human" | "json";
  /** MANGROVE_LOG_LEVEL: what is not told of is below it. */
  readonly logLevel: LogLevel;
  /** MANGROVE_LOG_REQUESTS: a line for each request of the API, which is of the level debug otherwise. */
  readonly logRequests: boolean;
  /** Whom to tell of alerts. */
  readonly alerts: {
    /** MANGROVE_ALERT_WEBHOOK: a URL that alerts are posted to. */
    readonly webhook: string | null;
    /** MANGROVE_ALERT_COMMAND: a program that is started for each alert, and its arguments. */
    readonly command: string | null;
    /** MANGROVE_ALERT_SECRET: signs what is posted. */
    readonly secret: string | null;
    /** MANGROVE_ALERT_LEAST: nobody is told of what is less grave. */
    readonly least: Severity;
    /** MANGROVE_ALERT_ESCALATE_MINUTES, ms here: what nobody has acknowledged by then is told again; null: never. */
    readonly escalateMs: number | null;
  };
  /** MANGROVE_CLIENT_KEY: the API key that commands show to a running service. */
  readonly clientKey: string | null;
  /** MANGROVE_ORIGINAL_METRICS: tells metrics by the names of the system that this one replaces, too. */
  readonly originalMetrics: boolean;
  /** MANGROVE_EVENTS_PER_SECOND: predictions of one sensor that GET /events tells of in a second. */
  readonly eventsPerSecond: number;
}

/** A hundred a second. */
export const RATE_LIMIT = 6_000;

/** From what is told of first to what is always told. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/** One sensor at 1 Hz that sends nothing else is just within it. */
export const DEAD_LETTER_LIMIT = 60;

/** Of the smoke pipeline. */
export const LOCAL_MODEL_PATH = "models/smoke_detection_model.json";

const OWN_NAMES = ["MANGROVE_TIME_ZONE", "MANGROVE_HISTORY_DIR", "MANGROVE_HISTORY_RETENTION_DAYS", "MANGROVE_HISTORY_LIMIT_GB", "MANGROVE_REPORTS_DIR", "MANGROVE_REPORTS_RETENTION_DAYS", "MANGROVE_JOBS", "MANGROVE_STATE_DIR", "MANGROVE_APP_ID", "MANGROVE_KAFKA_CLIENT", "MANGROVE_KAFKA_COMPRESSION", "MANGROVE_TOPIC_PARTITIONS", "MANGROVE_DEAD_LETTER_LIMIT", "MANGROVE_EVENTS_PER_SECOND", "MANGROVE_API_KEYS", "MANGROVE_API_OPEN", "MANGROVE_RATE_LIMIT", "MANGROVE_CORS", "MANGROVE_LOG", "MANGROVE_LOG_LEVEL", "MANGROVE_LOG_REQUESTS", "MANGROVE_ALERT_WEBHOOK", "MANGROVE_ALERT_COMMAND", "MANGROVE_ALERT_SECRET", "MANGROVE_ALERT_LEAST", "MANGROVE_ALERT_ESCALATE_MINUTES", "MANGROVE_CLIENT_KEY", "MANGROVE_ORIGINAL_METRICS"];

const SHARED_NAMES = ["MODEL_PATH", "MODEL_RELOAD_INTERVAL", "MODEL_SAVE_LOCAL", "MODEL_SAVE_SHARED", "ML_AUTO_TRAIN_ON_STARTUP", "ML_TRAINING_INTERVAL_HOURS", "ML_RETRAIN_HOUR", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_TOPIC_SMOKE", ...securityNames, "FLASK_HOST", "FLASK_PORT", "PROMETHEUS_PORT"];

/** Reads the environment. Throws `MGV_CONFIG` for a value that cannot be used, for an unknown `MANGROVE_*` name, and for one that is nearly another of ours. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(environment)) {
    if (name.startsWith("MANGROVE_") && !OWN_NAMES.includes(name)) {
      throw new MangroveError("MGV_CONFIG", `There is no variable ${name}.${didYouMean(name, OWN_NAMES)} Known are ${OWN_NAMES.join(", ")}.`);
    }
  }
  refuseNearlyOurs(environment, SHARED_NAMES);
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
  const list = (name: string) => (text(name) ?? "").split(",").map((each) => each.trim()).filter(Boolean);
  const log = text("MANGROVE_LOG") ?? "human";
  const least = text("MANGROVE_ALERT_LEAST")?.toUpperCase() ?? "MEDIUM";
  const logLevel = text("MANGROVE_LOG_LEVEL") ?? "info";

  return {
    modelPath: text("MODEL_PATH") ?? LOCAL_MODEL_PATH,
    localModelPath: LOCAL_MODEL_PATH,
    modelReloadIntervalMs: number("MODEL_RELOAD_INTERVAL", 0.1, 86_400, 5) * 1000,
    autoTrain: flag("ML_AUTO_TRAIN_ON_STARTUP", true),
    trainingIntervalHours: number("ML_TRAINING_INTERVAL_HOURS", 0, 24 * 365, 24),
    retrainHour: whole("ML_RETRAIN_HOUR", 0, 23, 2),
    timeZone: checkedTimeZone(text("MANGROVE_TIME_ZONE") ?? ownTimeZone()),
    saveLocal: flag("MODEL_SAVE_LOCAL", true),
    saveShared: flag("MODEL_SAVE_SHARED", true),
    kafkaServers: list("KAFKA_BOOTSTRAP_SERVERS"),
    kafkaSecurity: readSecurity(environment),
    kafkaCompression: compressions.find((name) => name === compression) ?? fail("MANGROVE_KAFKA_COMPRESSION", "none, gzip, snappy, lz4 or zstd"),
    topicPartitions: whole("MANGROVE_TOPIC_PARTITIONS", 1, 10_000, 1),
    kafkaTopic: text("KAFKA_TOPIC_SMOKE") ?? "smoke_sensor_data",
    host: text("FLASK_HOST") ?? "127.0.0.1",
    port: whole("FLASK_PORT", 0, 65_535, 5000),
    predictions: flag("ENABLE_ML_PREDICTIONS", true),
    prometheusPort: text("PROMETHEUS_PORT") === null ? null : whole("PROMETHEUS_PORT", 0, 65_535, 9090),
    dataset: text("DATASET"),
    historyDirectory: text("MANGROVE_HISTORY_DIR") ?? "history",
    historyRetentionDays: text("MANGROVE_HISTORY_RETENTION_DAYS") === null ? null : whole("MANGROVE_HISTORY_RETENTION_DAYS", 1, 1e6, 1),
    historyLimitBytes: text("MANGROVE_HISTORY_LIMIT_GB") === null ? null : number("MANGROVE_HISTORY_LIMIT_GB", 0.001, 1e6, 1) * 1e9,
    reportsDirectory: text("MANGROVE_REPORTS_DIR") ?? "reports",
    reportsRetentionDays: whole("MANGROVE_REPORTS_RETENTION_DAYS", 1, 1e6, 30),
    jobs: flag("MANGROVE_JOBS", true),
    stateDirectory: text("MANGROVE_STATE_DIR"),
    appId: text("MANGROVE_APP_ID"),
    kafkaClient: client === "platformatic" || client === "kafkajs" ? client : fail("MANGROVE_KAFKA_CLIENT", "platformatic or kafkajs"),
    deadLetterLimit: whole("MANGROVE_DEAD_LETTER_LIMIT", 0, 1e9, DEAD_LETTER_LIMIT),
    apiKeysPath: text("MANGROVE_API_KEYS") ?? "keys.json",
    apiIsOpen: flag("MANGROVE_API_OPEN", false),
    rateLimit: text("MANGROVE_RATE_LIMIT") === null ? null : whole("MANGROVE_RATE_LIMIT", 0, 1e9, 0),
    corsOrigins: list("MANGROVE_CORS"),
    log: log === "human" || log === "json" ? log : fail("MANGROVE_LOG", "human or json"),
    logLevel: logLevels.find((level) => level === logLevel) ?? fail("MANGROVE_LOG_LEVEL", "debug, info, warn or error"),
    logRequests: flag("MANGROVE_LOG_REQUESTS", false),
    alerts: {
      webhook: text("MANGROVE_ALERT_WEBHOOK"),
      command: text("MANGROVE_ALERT_COMMAND"),
      secret: text("MANGROVE_ALERT_SECRET"),
      least: severities.find((each) => each === least) ?? fail("MANGROVE_ALERT_LEAST", severities.join(", ")),
      escalateMs: text("MANGROVE_ALERT_ESCALATE_MINUTES") === null ? null : number("MANGROVE_ALERT_ESCALATE_MINUTES", 0.01, 10_080, 1) * 60_000,
    },
    clientKey: text("MANGROVE_CLIENT_KEY"),
    originalMetrics: flag("MANGROVE_ORIGINAL_METRICS", false),
    eventsPerSecond: number("MANGROVE_EVENTS_PER_SECOND", 0.01, 1000, 5),
  };
}
