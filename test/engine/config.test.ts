import { expect, test } from "vitest";
import { readConfig } from "../../engine/config.ts";

test("an empty environment gives defaults that work on one machine", () => {
  expect(readConfig({})).toMatchObject({ modelPath: "models/smoke_detection_model.json", kafkaServers: [], kafkaTopic: "smoke_sensor_data", host: "127.0.0.1", port: 5000, autoTrain: true, retrainHour: 2 });
});

test("the original's variables keep their names", () => {
  const config = readConfig({
    MODEL_PATH: "/m.json", MODEL_RELOAD_INTERVAL: "3600", ML_TRAINING_INTERVAL_HOURS: "12", ML_RETRAIN_HOUR: "02", MODEL_SAVE_LOCAL: "false", MODEL_SAVE_SHARED: "TRUE",
    KAFKA_BOOTSTRAP_SERVERS: "a:1, b:2", KAFKA_TOPIC_SMOKE: "t", FLASK_HOST: "0.0.0.0", FLASK_PORT: "8080", ENABLE_ML_PREDICTIONS: "0", ML_AUTO_TRAIN_ON_STARTUP: "no", PROMETHEUS_PORT: "9090",
  });
  expect(config).toMatchObject({
    modelPath: "/m.json", modelReloadIntervalMs: 3_600_000, trainingIntervalHours: 12, retrainHour: 2, saveLocal: false, saveShared: true,
    kafkaServers: ["a:1", "b:2"], kafkaTopic: "t", host: "0.0.0.0", port: 8080, predictions: false, autoTrain: false, prometheusPort: 9090,
  });
});

test("a history is kept whole unless days or a size are named", () => {
  expect(readConfig({})).toMatchObject({ historyRetentionDays: null, historyLimitBytes: null });
  expect(readConfig({ MANGROVE_HISTORY_RETENTION_DAYS: "30", MANGROVE_HISTORY_LIMIT_GB: "0.5" })).toMatchObject({ historyRetentionDays: 30, historyLimitBytes: 5e8 });
});

test("jobs run and leave reports for thirty days, unless something else is said", () => {
  expect(readConfig({})).toMatchObject({ jobs: true, reportsDirectory: "reports", reportsRetentionDays: 30 });
  expect(readConfig({ MANGROVE_JOBS: "false", MANGROVE_REPORTS_DIR: "/r", MANGROVE_REPORTS_RETENTION_DAYS: "7" })).toMatchObject({ jobs: false, reportsDirectory: "/r", reportsRetentionDays: 7 });
});

test("an API asks for keys, limits rates and is other origins' only as its variables say", () => {
  expect(readConfig({})).toMatchObject({ apiKeysPath: "keys.json", apiIsOpen: false, rateLimit: null, corsOrigins: [], log: "human", logLevel: "info", logRequests: false });
  expect(readConfig({ MANGROVE_API_KEYS: "/k.json", MANGROVE_API_OPEN: "true", MANGROVE_RATE_LIMIT: "0", MANGROVE_CORS: "http://a.example, http://b.example", MANGROVE_LOG: "json", MANGROVE_LOG_LEVEL: "debug", MANGROVE_LOG_REQUESTS: "1" }))
    .toMatchObject({ apiKeysPath: "/k.json", apiIsOpen: true, rateLimit: 0, corsOrigins: ["http://a.example", "http://b.example"], log: "json", logLevel: "debug", logRequests: true });
});

test("people are told of alerts as the variables say", () => {
  expect(readConfig({})).toMatchObject({ alerts: { webhook: null, command: null, secret: null, least: "MEDIUM", escalateMs: null }, originalMetrics: false, clientKey: null });
  expect(readConfig({ MANGROVE_ALERT_WEBHOOK: "http://a/", MANGROVE_ALERT_COMMAND: "siren", MANGROVE_ALERT_SECRET: "hush", MANGROVE_ALERT_LEAST: "high", MANGROVE_ALERT_ESCALATE_MINUTES: "2.5", MANGROVE_ORIGINAL_METRICS: "true", MANGROVE_CLIENT_KEY: "mgv_x" }))
    .toMatchObject({ alerts: { webhook: "http://a/", command: "siren", secret: "hush", least: "HIGH", escalateMs: 150_000 }, originalMetrics: true, clientKey: "mgv_x" });
});

test("an unknown MANGROVE_ variable is refused by the name of the nearest", () => {
  expect(() => readConfig({ MANGROVE_HISTORY_DIRR: "x" })).toThrow(/Did you mean MANGROVE_HISTORY_DIR\?/);
});

test.each([["FLASK_PORT", "many"], ["FLASK_PORT", "70000"], ["FLASK_PORT", "5000.5"], ["ML_RETRAIN_HOUR", "24"], ["MANGROVE_TIME_ZONE", "Europe/Atlantis"], ["ENABLE_ML_PREDICTIONS", "maybe"], ["MANGROVE_KAFKA_CLIENT", "java"], ["MANGROVE_KAFKA_COMPRESSION", "zip"], ["MANGROVE_TOPIC_PARTITIONS", "0"], ["MANGROVE_RATE_LIMIT", "-1"], ["MANGROVE_LOG", "xml"], ["MANGROVE_LOG_LEVEL", "loud"], ["MANGROVE_API_OPEN", "perhaps"], ["MANGROVE_DEAD_LETTER_LIMIT", "-1"], ["MANGROVE_DEAD_LETTER_LIMIT", "1.5"], ["MANGROVE_HISTORY_RETENTION_DAYS", "0"], ["MANGROVE_HISTORY_RETENTION_DAYS", "1.5"], ["MANGROVE_HISTORY_LIMIT_GB", "much"], ["MANGROVE_ALERT_LEAST", "URGENT"], ["MANGROVE_ALERT_ESCALATE_MINUTES", "0"], ["MANGROVE_ORIGINAL_METRICS", "some"]])("%s=%s is refused", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(expect.objectContaining({ code: "MGV_CONFIG" }));
});
