import { expect, test } from "vitest";
import { start } from "../fixtures/run.ts";
import { runtimes, type RuntimeName } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test.each(Object.keys(runtimes) as RuntimeName[])("a worker whose supervisor is gone drains and ends, on %s", async (runtime) => {
  await using folder = await temporaryFolder();
  const words = ["mangrove.ts", "engine", "--source", "simulate", "--history", folder.file("history")];
  // no parent has this number
  await using worker = start(runtime, words, { cwd: folder.path, env: { SUPERVISOR_PID: "-1", ENABLE_ML_PREDICTIONS: "false" } });
  await worker.seen(/the process that started this one is gone/);
  expect(await worker.ended).toBe(0);
});
