import { readdir, readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import smoke from "../../pipelines/smoke.ts";
import { trainCommand } from "../../commands/train.ts";
import { run } from "../fixtures/command.ts";
import { writeStump } from "../fixtures/model.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

if (recordingAbsent) console.log(`tests of the real recording SKIPPED: ${recordingAbsent}`);

describe.skipIf(recordingAbsent)("a training on the history of the real recording", () => {
  const settings = ["--rounds", "5", "--split", "time"];
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const train = async (...words: string[]) => {
    const { code, stderr } = await run(trainCommand, ...words);
    return { code, stderr };
  };

  /** Of the one model that a name has. */
  const manifestOf = async (name: string) => {
    const found = (await readdir(folder.file(`versions/${name}`))).find((each) => each.endsWith(".manifest.json"));
    return folder.file(`versions/${name}/${found}`);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    const stump = folder.file("stump.json");
    await writeStump(stump, smoke, "eCO2[ppm]", 420);
    await using engine = start("node", ["engine/main.ts", "--source", "replay", "--data", recordingPath, "--speed", "max", "--until-end", "--history", folder.file("history"), "--model-path", stump], { cwd: folder.path });
    expect(await engine.ended, engine.stderr()).toBe(0);
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  test("gives the bytes of a training on the CSV, of 62,630 rows; its manifest gives them again and says which file is missing", async () => {
    expect(await train("--data", recordingPath, ...settings, "--out", folder.file("csv.json"))).toMatchObject({ code: 0 });
    expect(await train("--history", folder.file("history"), ...settings, "--out", folder.file("history.json"))).toMatchObject({ code: 0 });
    const bytes = await readFile(folder.file("csv.json"));
    expect((await readFile(folder.file("history.json"))).equals(bytes)).toBe(true);

    const manifest = await manifestOf("history");
    expect(JSON.parse(await readFile(manifest, "utf8"))).toMatchObject({ rows: 62_630, readings: { count: 62_630 }, source: { kind: "history", labels: 0 }, training: { parameters: { rounds: 5 } } });
    expect(await train("--manifest", manifest, "--history", folder.file("history"), "--out", folder.file("again.json"))).toMatchObject({ code: 0 });
    expect((await readFile(folder.file("again.json"))).equals(bytes)).toBe(true);
    expect(await train("--manifest", await manifestOf("csv"), "--data", recordingPath, "--out", folder.file("csv-again.json"))).toMatchObject({ code: 0 });
    expect((await readFile(folder.file("csv-again.json"))).equals(bytes)).toBe(true);

    const day = folder.file("history/kind=readings/date=2022-06-10");
    const [lost] = await readdir(day);
    await rm(`${day}/${lost}`);
    const refused = await train("--manifest", manifest, "--history", folder.file("history"), "--out", folder.file("never.json"));
    expect(refused.code).toBeNull();
    expect(refused.stderr).toContain(`Of the files kind=readings/date=2022-06-10/${lost} is not there any more`);
    expect(refused.stderr).toMatch(/there were 62630, and now there are \d+ with another content/);
  });
});
