import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { run } from "../fixtures/command.ts";

test("--from is refused where nothing is read of Kafka, and for what is no time, before anything is opened", async () => {
  for (const kind of ["simulate", "replay"])
    expect(await run(engineCommand, "--source", kind, "--from", "latest")).toMatchObject({ code: null, stderr: expect.stringContaining(`MGV_USAGE: --from is for the Kafka source, and this one is ${kind}`) as string });
  expect(await run(engineCommand, "--source", "kafka", "--from", "yesterday")).toMatchObject({ code: null, stderr: expect.stringContaining('MGV_USAGE: --from must be earliest, latest or a time since 1970, not "yesterday"') as string });
});
