import { announcer } from "./announce.ts";
import type { Command } from "./command.ts";
import { aboutFlags, aboutOf, openRegistry } from "./model/model-registry.ts";
import { tellChampion } from "./model/tell-champion.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";

export const modelRollbackCommand: Command = {
  name: "model rollback",
  summary: "makes the champion of before the champion again, bit for bit; once more goes back one further",
  operands: [PIPELINE],
  flags: aboutFlags,
  examples: ["npm run -s mangrove -- model rollback", 'npm run -s mangrove -- model rollback --reason "alarms in the bakery"'],
  async run(given) {
    const runtime = await openRuntime(given);
    const registry = await openRegistry(runtime, announcer(given, runtime));
    await tellChampion(await registry.rollback(aboutOf(given, "rolled back by hand")), given);
    return 0;
  },
};
