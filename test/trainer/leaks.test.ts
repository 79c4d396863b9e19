import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Messages } from "../../engine/simulator/messages.ts";
import { Random } from "../../engine/simulator/random.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import { simulatedReadings } from "../../engine/source/simulator.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import smoke from "../../pipelines/smoke.ts";
import { readDataset, type Dataset } from "../../trainer/dataset.ts";
import { findLeaks, type Finding } from "../../trainer/leaks.ts";
import { splits, type Fold } from "../../trainer/split.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { csvOf, roomPipeline, roomRows, type RoomRow } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const kernel = await loadKernel();
const honest = (dataset: Dataset) => splits(dataset).filter(({ name }) => name !== "random");

type SplitsOf = (dataset: Dataset) => readonly { title: string; folds: readonly Fold[] }[];

async function findingsIn(path: string, pipeline: Pipeline, splitsOf: SplitsOf = honest): Promise<Finding[]> {
  const { dataset } = await readDataset(kernel, pipeline, new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max" }));
  return findLeaks({ dataset, splits: splitsOf(dataset), file: { path, schema: pipeline.schema } });
}

async function findingsOf(rows: readonly object[], splitsOf: SplitsOf = honest, pipeline: Pipeline = roomPipeline): Promise<Finding[]> {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows));
  return await findingsIn(folder.file("rows.csv"), pipeline, splitsOf);
}

const kinds = (findings: readonly Finding[]) => findings.map(({ kind, of }) => `${kind}: ${of}`);

describe.each([1, 2, 3])("rooms of seed %i", (seed) => {
  test("that are sound are not accused", async () => {
    expect(await findingsOf(roomRows(seed))).toEqual([]);
  });

  test("of which one is another but for its time and its heat: both are named", async () => {
    const rows = roomRows(seed);
    const random = new Random(seed).fork("heat");
    const copied = rows.filter(({ room }) => room === "room 3").map((row) => ({ ...row, room: "room 99", UTC: row.UTC + 5000, heat: random.normal() }));
    const findings = await findingsOf([...rows, ...copied]);
    expect(kinds(findings)).toEqual(["copies: room 99"]);
    expect(findings[0]!.sentence).toMatch(/^Recording room 99 equals room 3 but for room, UTC and heat|^Recording room 99 equals room 3 but for UTC and heat/);
  });

  test("whose rows come again later: they are counted", async () => {
    const rows = roomRows(seed);
    const again = rows.filter((_, i) => i % 5 === 0).map((row) => ({ ...row, UTC: row.UTC + 5000 }));
    const [finding, ...others] = await findingsOf([...rows, ...again]);
    expect(others.every(({ kind }) => kind === "equal rows")).toBe(true); // no split keeps them together
    expect(finding!.kind).toBe("repeated rows");
    expect(finding!.sentence).toMatch(/^1[5-8]\.\d % of \d+ rows compared come again in their recording, equal:/);
  });

  test("whose file has blanks around the names of its columns: they are found as without", async () => {
    const rows = scheduled(roomRows(seed), 40);
    const spaced = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [` ${name}`, value])));
    const found = await findingsOf(rows);
    expect(found.length).toBeGreaterThan(0);
    expect(await findingsOf(spaced)).toEqual(found);
  });

  test("that all burn at the same hours, with a column that counts: time and count are named", async () => {
    const counted = scheduled(roomRows(seed), 40).map((row) => ({ ...row, n: row.UTC - 1_700_000_000 }));
    const findings = await findingsOf(counted);
    expect(kinds(findings)).toEqual(["order: UTC", "order: n"]);
    expect(findings[0]!.sentence).toMatch(/^Column UTC tells the time, .* It is no feature here/);
    expect(findings[1]!.sentence).toMatch(/^Column n counts the rows of each recording, .* It is a feature here: leave it out\.$/);
  });

  test("whose label changes twice: the changes are counted", async () => {
    const findings = await findingsOf(roomRows(seed).map((row) => ({ ...row, fire: row.room === "room 3" && row.UTC % 1000 >= 300 && row.UTC % 1000 < 700 ? 1 : 0 })));
    expect(findings.map(({ sentence }) => sentence)).toEqual(["The label changes at 2 of 12000 rows, in 12 recordings: the rows between two changes are one example, not many."]);
  });

  test("with a column that follows from the label: it is named", async () => {
    const random = new Random(seed).fork("gas");
    const findings = await findingsOf(roomRows(seed).map((row) => ({ ...row, gas: 0.2 * random.normal() - row.fire })));
    expect(kinds(findings)).toEqual(["feature: gas"]);
  });

  test("split at random: neighbours in time on both sides are told of", async () => {
    const findings = await findingsOf(roomRows(seed), (dataset) => splits(dataset).filter(({ name }) => name === "random"));
    expect(kinds(findings)).toEqual(["neighbours: random 20 %"]);
    expect(findings[0]!.sentence).toMatch(/100\.0 % of the test rows have a training row of their recording within 30 s, and 9\d\.\d % of those its label/);
  });

  test("with copies parted by a split: equal rows on both sides are told of", async () => {
    const rows = roomRows(seed);
    const copied = rows.filter(({ room }) => room === "room 3").map((row) => ({ ...row, room: "room 99", heat: 0 }));
    const findings = await findingsOf([...rows, ...copied], ({ recordingOf, recordings }) => {
      const all = Uint32Array.from(recordingOf.keys());
      const isTest = (row: number) => recordings[recordingOf[row]!] === "room 99";
      return [{ title: "room 99", folds: [{ train: all.filter((row) => !isTest(row)), test: all.filter(isTest) }] }];
    });
    expect(kinds(findings)).toEqual(["copies: room 99", "equal rows: room 99"]);
    expect(findings[1]!.sentence).toContain("100.0 % of the test rows equal a training row but for heat");
  });

  test("simulated: they are not accused, from their readings or from a file", async () => {
    const { dataset } = await readDataset(kernel, smoke, simulatedReadings({ sensors: 48, rateHz: 0.125, seed }));
    expect(await findLeaks({ dataset, splits: honest(dataset) })).toEqual([]);
    const messages = new Messages({ sensors: 48, rateHz: 0.125, seed, durationMs: 3_600_000 });
    const texts: string[] = [];
    while (messages.next([], texts));
    expect(await findingsOf(texts.map((text) => JSON.parse(text) as object), honest, smoke)).toEqual([]);
  });
});

/** The same rows, with fires in each second of so many equal parts, one part yes, one no. */
function scheduled(rows: readonly RoomRow[], parts: number): RoomRow[] {
  const firstUTC = rows[0]!.UTC;
  return rows.map((row) => ({ ...row, fire: Math.floor(((row.UTC - firstUTC) * parts) / 1000) % 2 === 0 ? 0 : 1 }));
}

test("rows without a time, a sensor or a story are not accused", async () => {
  const random = new Random(9);
  const rows = Array.from({ length: 3000 }, () => ({ heat: random.normal(), smoke: random.normal(), gas: random.normal(), dust: random.integer(4), fire: random.integer(2) }));
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.csv"), csvOf(rows));
  const source = new ReplaySource({ path: folder.file("rows.csv"), schema: roomPipeline.schema, topic: "rooms", speed: "max", intervalMs: 1000 });
  const { dataset } = await readDataset(kernel, roomPipeline, source);
  expect(await findLeaks({ dataset, splits: splits(dataset), file: { path: folder.file("rows.csv"), schema: roomPipeline.schema } })).toEqual([]);
});

test("JSON lines are judged by what the pipeline reads of them", async () => {
  const copied = roomRows(4).map((row) => (row.room === "room 5" ? { ...row, room: "room 99", heat: 0 } : row));
  await using folder = await temporaryFolder();
  await writeFile(folder.file("rows.jsonl"), [...roomRows(4), ...copied.filter(({ room }) => room === "room 99")].map((row) => JSON.stringify({ ...row, n: row.smoke })).join("\n"));
  expect(kinds(await findingsIn(folder.file("rows.jsonl"), roomPipeline))).toEqual(["copies: room 99"]);
});

test.skipIf(recordingAbsent)("the recording: copies, columns that order, and ten changes of the label are named by themselves", async () => {
  const findings = await findingsIn(recordingPath, smoke);
  expect(findings.map(({ sentence }) => sentence.split(/ \(|, and|: /)[0])).toEqual([
    "Recording R2 equals R1 but for UTC and Temperature[C]",
    "Recording R5 equals R4 but for UTC and Temperature[C]",
    "The column without a name numbers the rows",
    "Column UTC tells the time",
    "Column CNT counts the rows of each recording",
    "The label changes at 10 of 62630 rows, in 5 recordings",
  ]);
});
