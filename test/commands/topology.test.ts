import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { topologyCommand } from "../../commands/topology.ts";
import { run } from "../fixtures/command.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test("the smoke pipeline is shown, with windows as the flags say", async () => {
  const { code, stdout } = await run(topologyCommand, "--window-duration", "10 minutes", "--slide-duration", "2m");
  expect(code).toBe(0);
  expect(stdout).toContain("statistics 10m/2m, final: 25 aggregates");
  expect((await run(topologyCommand, "--mermaid")).stdout).toMatch(/^flowchart LR\n/);
  const { steps } = JSON.parse((await run(topologyCommand, "pipelines/machine.ts", "--json")).stdout) as { steps: { name: string }[] };
  expect(steps.map(({ name }) => name)).toContain("rules zones");
});

test("a file that is not there, or has no pipeline, or flags that do not fit, are refused in words", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("none.ts"), "export default 42;\n");
  expect(await run(topologyCommand, folder.file("absent.ts"))).toMatchObject({ code: null, stderr: expect.stringContaining("MGV_FILE_READ: There is no pipeline at") as string });
  expect(await run(topologyCommand, folder.file("none.ts"))).toMatchObject({ code: null, stderr: expect.stringContaining("has no pipeline for its default export") as string });
  expect(await run(topologyCommand, "pipelines/machine.ts", "--slide-duration", "1m")).toMatchObject({ code: null, stderr: expect.stringContaining("says its windows itself") as string });
  expect(await run(topologyCommand, "--window-duration", "soon")).toMatchObject({ code: null, stderr: expect.stringContaining('--window-duration is "soon"') as string });
});
