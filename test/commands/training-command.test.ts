import { expect, test } from "vitest";
import { trainingCommand } from "../../commands/training-command.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";

const smoke = { pipelineFile: null, dataset: null, parameters: defaultParameters, path: "models/smoke_detection_model.json" };

test("names what is not as it would be without it", () => {
  expect(trainingCommand(smoke)).toBe("npm run train");
  expect(trainingCommand({ ...smoke, dataset: "/data/rec.csv", label: "failed", group: "machine", parameters: { ...defaultParameters, rounds: 5, max_leaves: 31 }, path: "/srv/m.json" })).toBe(
    "npm run train -- --data rec.csv --label failed --group machine --out m.json --rounds 5 --max-leaves 31",
  );
  expect(trainingCommand({ ...smoke, falseAlarmsPerSensorDay: 0, calibration: "platt" })).toBe("npm run train -- --false-alarms 0 --calibrate platt");
  expect(trainingCommand({ ...smoke, pipelineFile: "pipelines/machine.ts", path: "models/machine.json" })).toBe("npm run train -- pipelines/machine.ts");
});

test("a shell takes each name for one word", () => {
  expect(trainingCommand({ ...smoke, dataset: "it's $(rm).csv", label: "Fire Alarm" })).toBe(`npm run train -- --data 'it'\\''s $(rm).csv' --label 'Fire Alarm'`);
});
