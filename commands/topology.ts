import process from "node:process";
import { topologyMermaid, topologyText } from "../engine/pipeline/topology.ts";
import type { Command } from "./command.ts";
import { PIPELINE, pipelineFor, windowFlags } from "./pipeline-file.ts";

export const topologyCommand: Command = {
  name: "topology",
  summary: "the steps of a pipeline, as text or Mermaid",
  operands: [PIPELINE],
  flags: [{ name: "mermaid", help: "a flow chart to paste into Markdown" }, { name: "json", help: "the steps as data" }, ...windowFlags],
  examples: ["npm run -s mangrove -- topology", "npm run -s mangrove -- topology pipelines/machine.ts --mermaid"],
  async run(given) {
    const { pipeline } = await pipelineFor(given);
    if (given.has("json")) process.stdout.write(`${JSON.stringify({ pipeline: pipeline.name, steps: pipeline.steps }, null, 2)}\n`);
    else process.stdout.write(given.has("mermaid") ? topologyMermaid(pipeline) : topologyText(pipeline));
    return 0;
  },
};
