import { writeFile } from "node:fs/promises";
import type * as os from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { addLabelCommand } from "../../../commands/labels/add.ts";
import { importLabelsCommand } from "../../../commands/labels/import.ts";
import { listLabelsCommand } from "../../../commands/labels/list.ts";
import { run } from "../../fixtures/command.ts";
import { projectRoot } from "../../fixtures/runtimes.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

// as in a container, whose user no file names
vi.mock("node:os", async (importOriginal) => ({ ...(await importOriginal<typeof os>()), userInfo: () => expect.unreachable() }));

test("a label of a user whom this machine has no name for is taken", async () => {
  await using folder = await temporaryFolder();
  const where = ["--history", folder.file("history")];
  vi.stubEnv("USER", "ada");
  const added = await run(addLabelCommand, "--sensor", "a", "--from", "1654733331", "--to", "1654733400", "--label", "1", ...where);
  vi.unstubAllEnvs();
  expect(added.code, added.stderr).toBe(0);
  expect(JSON.parse((await run(listLabelsCommand, "--json", ...where)).stdout)).toMatchObject({ sensor: "a", who: "ada" });
});

test("what is added and imported is listed, the last word first", async () => {
  await using folder = await temporaryFolder();
  const where = ["--history", folder.file("history")];
  const csv = folder.file("labels.csv");
  await writeFile(csv, "who,sensor,from,to,label\nAda,007,1654733331,1654733400,1\nBob,\"hall, east\",2022-06-09T00:00:00Z,2022-06-09T02:00:00+01:00,0\n");
  expect(await run(importLabelsCommand, csv, ...where)).toMatchObject({ code: 0, stderr: `2 labels in the history in ${folder.file("history")}\n` });
  const added = await run(addLabelCommand, "--sensor", "007", "--from", "2022-06-09T00:08:51Z", "--to", "1654733400", "--label", "0", "--who", "Eve", ...where);
  expect(added.code, added.stderr).toBe(0);

  const listed = await run(listLabelsCommand, "--json", ...where);
  const found = listed.stdout.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(found.map(({ sensor, label, who }) => [sensor, label, who])).toEqual([["007", 0, "Eve"], ["hall, east", 0, "Bob"], ["007", 1, "Ada"]]);
  expect(found[0]).toMatchObject({ from: "2022-06-09T00:08:51.000Z", to: "2022-06-09T00:10:00.000Z" });
  expect((await run(listLabelsCommand, "--sensor", "007", "--limit", "1", ...where)).stdout).toMatch(/^\S+ {2}007 {2}2022-06-09T00:08:51\.000Z {2}\S+ {2}no fire {2}Eve\n$/);
});

test("labels of a pipeline of one's own are read in the unit of its time", async () => {
  await using folder = await temporaryFolder();
  const where = ["--history", folder.file("history")];
  const csv = folder.file("labels.csv");
  await writeFile(csv, "sensor,from,to,label,who\npress,1772260200000,1772260260000,1,Ada\n");
  const file = join(projectRoot, "pipelines/machine.ts"); // its times are milliseconds, those of smoke seconds
  expect(await run(importLabelsCommand, csv, file, ...where)).toMatchObject({ code: 0, stderr: `1 label in the history in ${folder.file("history")}\n` });
  const { stdout } = await run(listLabelsCommand, file, "--json", ...where);
  expect(JSON.parse(stdout)).toMatchObject({ sensor: "press", from: "2026-02-28T06:30:00.000Z", to: "2026-02-28T06:31:00.000Z" });
});

test("a CSV with a row that is wrong, or without a column, gives no label, and one reads where", async () => {
  await using folder = await temporaryFolder();
  const csv = folder.file("labels.csv");
  await writeFile(csv, "sensor,from,to,label,who\na,1,2,1,Ada\na,2,1,1,Ada\nb,2,3,maybe,Ada\n");
  expect(await run(importLabelsCommand, csv, "--history", folder.path)).toMatchObject({ code: null, stderr: expect.stringMatching(/^MGV_CSV_ROW: .*labels\.csv, line 3: to must be after from.*2 rows are wrong\. No label was taken/) as string });
  await writeFile(csv, "sensor,from,label\n");
  expect((await run(importLabelsCommand, csv, "--history", folder.path)).stderr).toMatch(/^MGV_CSV_COLUMN: .*has no column to, who/);
  expect((await run(listLabelsCommand, "--history", folder.path)).stderr).toMatch(/^There are no labels in /);
  expect((await run(addLabelCommand, "--sensor", "a", "--from", "1", "--history", folder.path)).stderr).toMatch(/^MGV_USAGE: The label cannot be taken: /);
});
