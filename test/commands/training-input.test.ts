import { writeFile } from "node:fs/promises";
import process from "node:process";
import { expect, test, vi } from "vitest";
import { openTrainingInput, readTrainingInput } from "../../commands/training-input.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { csvOf, roomPipeline, roomRows, type RoomRow } from "../fixtures/rooms.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const kernel = await loadKernel();
const rows = roomRows(3, 2, 60);
const timeless = ({ UTC, ...row }: RoomRow) => ({ when: UTC, ...row });
const nameless = ({ room, ...row }: RoomRow) => ({ house: room, ...row });

/** The readings that are learned from, and what was told. */
async function learned(of: readonly object[], { label = null, pipelineFile = "rooms.ts" }: { label?: string | null; pipelineFile?: string | null } = {}) {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("export.csv"), csvOf(of));
  let told = "";
  using _ = vi.spyOn(process.stderr, "write").mockImplementation((line) => ((told += String(line)), true));
  await using input = await openTrainingInput({ pipeline: roomPipeline, pipelineFile, Simulation: null, dataset: folder.file("export.csv"), label });
  return { ...(await readTrainingInput(kernel, input, AbortSignal.timeout(60_000))), told };
}

test("a file without the time of its pipeline is refused with the columns that it has, whether its label was chosen or not", async () => {
  const refusal = { code: "MGV_CSV_COLUMN", message: expect.stringMatching(/no column for the time; it should be called UTC\. The columns are when, room, heat, /) as string };
  await expect(learned(rows.map(timeless))).rejects.toMatchObject(refusal);
  await expect(learned(rows.map(timeless), { label: "fire" })).rejects.toMatchObject(refusal);
});

test("rows of a file that a pipeline is made up for come one second after the other where they have no time", async () => {
  const { dataset } = await learned(rows.map(({ fire, heat }) => ({ speed: heat, failed: fire })), { label: "failed" });
  expect([...dataset.timesMs.subarray(0, 3)]).toEqual([1000, 2000, 3000]);
});

test("it is told that rows without a sensor are learned from as recordings; of those that name one, and of smoke, nothing is told", async () => {
  const named = await learned(rows);
  expect([named.dataset.recordings, named.told]).toEqual([["room 0", "room 1"], ""]);
  const { dataset, told } = await learned(rows.map(nameless));
  expect(dataset.recordings).toEqual(["R1"]);
  expect(told).toMatch(/^export\.csv has no column room for the sensor: its rows are of recordings .* Where another column names the sensor, call it room\n$/);
  expect((await learned(rows.map(nameless), { pipelineFile: null })).told).toBe("");
});
