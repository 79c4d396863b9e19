import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { HistoryStore } from "../../../engine/history/history-store.ts";
import { history, topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { Task } from "../../../engine/task/task.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { recordsOf, smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).to(topic("small_copies"), history());

/** Offsets that a reader sees, each as often as it is there. */
async function offsetsIn(directory: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(`SELECT "offset" FROM read_parquet('${directory}/kind=*/*/*.parquet') ORDER BY "offset"`);
    return read.getRows().map(([offset]) => Number(offset));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What a task gives of records 0, 1 and 2, or of the first of them. */
function output(count = 3) {
  using task = new Task({ kernel, pipeline: small, models: null, format: { kind: "json" } });
  return task.process(recordsOf(Array.from({ length: count }, (_, i) => `{"t":${i},"a":1,"b":2}`)));
}

test("what an earlier owner has written comes into view once, if a commit covers it, and is written again else", async () => {
  await using folder = await temporaryFolder();
  for (const [settledOffset, seen] of [[3, [0, 1, 2, 0]], [2, [0]]] as const) {
    const directory = folder.file(String(settledOffset));
    await using store = await HistoryStore.open({ pipeline: small, directory, run: "r1" });
    const first = store.of(small, 0);
    await first.recover(0);
    first.write(output());
    await first.settle();
    const second = store.of(small, 0);
    await second.recover(settledOffset);
    second.write(output(1));
    await (await second.settle())();
    expect(await offsetsIn(directory)).toEqual(seen.toSorted());
  }
});

test("an owner that is still at work after its partition was taken over writes nothing that ever comes into view, and is told so", async () => {
  await using folder = await temporaryFolder();
  await using stopped = await HistoryStore.open({ pipeline: small, directory: folder.path, run: "r1" });
  await using store = await HistoryStore.open({ pipeline: small, directory: folder.path, run: "r2" });
  const zombie = stopped.of(small, 0);
  await zombie.recover(0);
  zombie.write(output());

  const owner = store.of(small, 0);
  await owner.recover(0);
  owner.write(output());
  await expect(zombie.settle()).rejects.toThrow(/another owner/);
  await (await owner.settle())();

  await store.of(small, 0).recover(3);
  expect(await offsetsIn(folder.path)).toEqual([0, 1, 2]);
});
