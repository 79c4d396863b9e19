import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const isThere = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!isThere) console.log("the check of the systemd unit SKIPPED: there is no systemd-analyze; apt-get install systemd");

test.skipIf(!isThere)("systemd takes the unit, and knows each of its settings", async () => {
  await using folder = await temporaryFolder();
  const unit = await readFile(join(projectRoot, "deploy/systemd/mangrove.service"), "utf8");
  const verify = async (text: string) => {
    await writeFile(folder.file("mangrove.service"), text.replaceAll("/opt/mangrove", projectRoot));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", folder.file("mangrove.service")], { encoding: "utf8" });
    return { status, said: stderr.split("\n").filter((line) => line.includes("mangrove.service")) };
  };
  expect(await verify(unit)).toEqual({ status: 0, said: [] });
  expect((await verify(unit.replace("ProtectHome=", "ProtectHouse="))).said).toHaveLength(1);
});
