import type { Command } from "../command.ts";
import { MODEL_PATH } from "../model/model-registry.ts";
import { openRuntime } from "../runtime.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { tell } from "../terminal.ts";
import { setUpModelsDirectory } from "./models-directory.ts";

export const setUpCommand: Command = {
  name: "system setup",
  summary: "makes the folder of models, and says what is in it; system start does it too (this is setup_models_directory)",
  operands: [PIPELINE],
  flags: [MODEL_PATH],
  examples: ["npm run setup_models_directory", "npm run -s mangrove -- system setup --model-path /srv/models/smoke.json"],
  async run(given) {
    tell(`models  ${await setUpModelsDirectory((await openRuntime(given)).models.path)}`);
    return 0;
  },
};
