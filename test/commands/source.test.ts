import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { simulateCommand } from "../../commands/simulate.ts";
import { simulationOf } from "../../commands/source.ts";
import { usualFaults, type Faults } from "../../engine/simulator/faults.ts";
import machine, { Simulation } from "../../pipelines/machine.ts";
import { run } from "../fixtures/command.ts";

test("--from is refused where nothing is read of Kafka, and for what is no time, before anything is opened", async () => {
  for (const kind of ["simulate", "replay"])
    expect(await run(engineCommand, "--source", kind, "--from", "latest")).toMatchObject({ code: null, stderr: expect.stringContaining(`MGV_USAGE: --from is for the Kafka source, and this one is ${kind}`) as string });
  expect(await run(engineCommand, "--source", "kafka", "--from", "yesterday")).toMatchObject({ code: null, stderr: expect.stringContaining('MGV_USAGE: --from must be earliest, latest or a time since 1970, not "yesterday"') as string });
});

test("faults are refused for a simulation of a pipeline's own that takes none, and given to one that does", async () => {
  const file = fileURLToPath(new URL("../../pipelines/machine.ts", import.meta.url));
  const refusal = { code: null, stdout: "", stderr: expect.stringContaining("MGV_USAGE: --faults is for simulated rooms, and this pipeline's file has a simulation of its own without them") as string };
  for (const faults of ["all", "skew=0.1"]) {
    expect(await run(simulateCommand, file, "--duration", "1", "--speed", "max", "--faults", faults)).toMatchObject(refusal);
    expect(await run(engineCommand, file, "--source", "simulate", "--faults", faults)).toMatchObject(refusal);
  }
  expect(await run(simulateCommand, file, "--duration", "1", "--speed", "max", "--faults", "skew=0")).toMatchObject({ code: 0 });

  const given: (Partial<Faults> | undefined)[] = [];
  class Faulty extends Simulation {
    static readonly takesFaults = true;

    constructor(options: ConstructorParameters<typeof Simulation>[0] = {}) {
      super(options);
      given.push(options.faults);
    }
  }
  await using source = simulationOf(machine, Faulty, { faults: usualFaults });
  expect([source.hasRooms, given]).toEqual([false, [usualFaults]]);
});
