import { expect, test } from "vitest";
import { trainingCommand } from "../../commands/training-command.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";

const smoke = { pipelineFile: null, dataset: null, parameters: defaultParameters, path: "models/smoke_detection_model.json", modelPath: "models/smoke_detection_model.json", localModelPath: "models/smoke_detection_model.json" };

test("names what is not as it would be without it", () => {
  expect(trainingCommand(smoke)).toBe("npm run train");
  expect(trainingCommand({ ...smoke, dataset: "/data/rec.csv", label: "failed", group: "machine", parameters: { ...defaultParameters, rounds: 5, max_leaves: 31 }, path: "/srv/m.json" })).toBe(
    "npm run train -- --data rec.csv --label failed --group machine --out m.json --rounds 5 --max-leaves 31",
  );
  expect(trainingCommand({ ...smoke, falseAlarmsPerSensorDay: 0, calibration: "platt" })).toBe("npm run train -- --false-alarms 0 --calibrate platt");
  expect(trainingCommand({ ...smoke, judgeBy: ["time", "groups"] })).toBe("npm run train -- --split time,groups");
});

test("names the pipeline's file, and where its model goes where that is not its own place", () => {
  const machine = { ...smoke, pipelineFile: "pipelines/machine.ts", path: "models/machine.json", modelPath: "models/machine.json", localModelPath: "models/machine.json" };
  expect(trainingCommand(machine)).toBe("npm run train -- pipelines/machine.ts");
  expect(trainingCommand({ ...machine, path: "/srv/other.json" })).toBe("npm run train -- pipelines/machine.ts --out other.json");
  expect(trainingCommand({ ...machine, path: "/srv/m.json", modelPath: "/srv/m.json" })).toBe("npm run train -- pipelines/machine.ts");
  expect(trainingCommand({ ...machine, modelPath: "/srv/m.json" })).toBe("npm run train -- pipelines/machine.ts");
});

test("a shell takes each name for one word", () => {
  expect(trainingCommand({ ...smoke, dataset: "it's $(rm).csv", label: "Fire Alarm" })).toBe(`npm run train -- --data 'it'\\''s $(rm).csv' --label 'Fire Alarm'`);
  expect(trainingCommand({ ...smoke, pipelineFile: "my pipes/a.ts", path: "models/a b.json" })).toBe("npm run train -- 'my pipes/a.ts' --out 'a b.json'");
  expect(trainingCommand({ ...smoke, parameters: { ...defaultParameters, interaction_constraints: [[0, 1], [2]], max_depth: 3 } })).toBe("npm run train -- --max-depth 3 --interaction-constraints '[[0,1],[2]]'");
});
