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

test("an unknown MANGROVE_ variable is refused by the name of the nearest", () => {
  expect(() => readConfig({ MANGROVE_HISTORY_DIRR: "x" })).toThrow(/Did you mean MANGROVE_HISTORY_DIR\?/);
});

test.each([["FLASK_PORT", "many"], ["FLASK_PORT", "70000"], ["FLASK_PORT", "5000.5"], ["ML_RETRAIN_HOUR", "24"], ["ENABLE_ML_PREDICTIONS", "maybe"], ["MANGROVE_KAFKA_CLIENT", "java"], ["MANGROVE_KAFKA_COMPRESSION", "zip"], ["MANGROVE_DEAD_LETTER_LIMIT", "-1"], ["MANGROVE_DEAD_LETTER_LIMIT", "1.5"]])("%s=%s is refused", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(expect.objectContaining({ code: "MGV_CONFIG" }));
});
