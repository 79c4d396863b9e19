import type { Command } from "../command.ts";
import { openRuntime } from "../runtime.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { tell } from "../terminal.ts";
import { setUpModelsDirectory } from "./models-directory.ts";

export const setUpCommand: Command = {
  name: "system setup",
  summary: "makes the folder of models, and says what is in it; system start does it too (this is setup_models_directory)",
  operands: [PIPELINE],
  flags: [{ name: "model-path", value: "FILE", help: "the model (MODEL_PATH, else models/smoke_detection_model.json)" }],
  examples: ["npm run setup_models_directory", "npm run -s mangrove -- system setup --model-path /srv/models/smoke.json"],
  async run(given) {
    tell(`models  ${await setUpModelsDirectory((await openRuntime(given)).models.path)}`);
    return 0;
  },
};
