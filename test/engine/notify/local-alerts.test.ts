import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AlertReader } from "../../../engine/notify/alert-log.ts";
import { LocalAlerts } from "../../../engine/notify/local-alerts.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { alertLine, toldAlert } from "../../fixtures/told-alerts.ts";

const lines = (...ids: string[]) => ids.map((id) => alertLine(toldAlert(id))).join("");

/** A state with one file of alerts. */
async function opened() {
  const folder = await temporaryFolder();
  await mkdir(folder.file("outputs"));
  const path = folder.file("outputs/alerts-0.jsonl");
  await writeFile(path, "");
  const clock = { nowMs: 5 };
  const begin = () => new LocalAlerts({ directory: folder.path, topics: ["alerts"], now: () => clock.nowMs });
  const outputs = (bytes: number) => ({ partition: 0, directory: folder.file("outputs"), bytes: { alerts: bytes, others: 9 } });
  const places = async (route: string) => JSON.parse(await readFile(folder.file(`notify/${route}.json`), "utf8")) as unknown;
  return { folder, path, clock, begin, outputs, places };
}

async function ids(reader: AlertReader, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) found.push((await reader.next(new AbortController().signal))!.alert.id);
  return found;
}

test("only what is committed is handed out, as it comes", async () => {
  const { folder, path, begin, outputs } = await opened();
  await using _ = folder;
  await using log = begin();
  await using reader = await log.follow("pager");
  await log.opened(outputs(0));
  await appendFile(path, lines("a", "b", "c"));
  const next = reader.next(new AbortController().signal);
  log.committed(outputs(lines("a", "b").length));
  expect((await next)!.alert.id).toBe("a");
  expect(await ids(reader, 1)).toEqual(["b"]);
  expect(reader.isAtEnd).toBe(true);
  const stop = new AbortController();
  const nothing = reader.next(stop.signal);
  stop.abort();
  expect(await nothing).toBeUndefined();
});

test("an alert was logged when it was committed, however much later it is read; one of a process before when this one found it", async () => {
  const { folder, path, clock, begin, outputs } = await opened();
  await using _ = folder;
  await writeFile(path, lines("before"));
  {
    await using log = begin();
    const reader = await log.follow("pager");
    await log.opened(outputs(0));
    await reader[Symbol.asyncDispose]();
  }
  await using log = begin();
  await using reader = await log.follow("pager");
  clock.nowMs = 1000;
  await log.opened(outputs(lines("before").length));
  await appendFile(path, lines("a", "b", "c"));
  for (const [nowMs, ids] of [[2000, ["before", "a"]], [3000, ["before", "a"]], [4000, ["before", "a", "b", "c"]]] as const) {
    clock.nowMs = nowMs;
    log.committed(outputs(lines(...ids).length));
  }
  clock.nowMs = 900_000;
  const { signal } = new AbortController();
  const found: (readonly [string, number])[] = [];
  while (found.length < 4) {
    const { alert, loggedMs } = (await reader.next(signal))!;
    found.push([alert.id, loggedMs]);
  }
  expect(found).toEqual([["before", 1000], ["a", 2000], ["b", 4000], ["c", 4000]]);
});

test("alerts of several files are handed out in the order in which they were committed", async () => {
  const { folder, path, clock, begin, outputs } = await opened();
  await using _ = folder;
  const other = { ...outputs(0), partition: 1 };
  await writeFile(folder.file("outputs/alerts-1.jsonl"), lines("b", "d"));
  await writeFile(path, lines("a", "c"));
  await using log = begin();
  await using reader = await log.follow("pager");
  await log.opened(outputs(0));
  await log.opened(other);
  for (const [of, id] of [[outputs(lines("a").length), "a"], [{ ...other, bytes: { alerts: lines("b").length } }, "b"], [outputs(lines("a", "c").length), "c"], [{ ...other, bytes: { alerts: lines("b", "d").length } }, "d"]] as const) {
    clock.nowMs = id.charCodeAt(0);
    log.committed(of);
  }
  expect(await ids(reader, 4)).toEqual(["a", "b", "c", "d"]);
  expect(reader.isAtEnd).toBe(true);
});

test("a file that cannot be read holds no other up", async () => {
  const { folder, path, begin, outputs } = await opened();
  await using _ = folder;
  await writeFile(path, lines("a", "b"));
  await using log = begin();
  await using reader = await log.follow("pager");
  for (const partition of [1, 0]) await log.opened({ ...outputs(0), partition });
  log.committed({ ...outputs(9), partition: 1 });
  log.committed(outputs(lines("a", "b").length));
  expect(await ids(reader, 2)).toEqual(["a", "b"]);
  await expect(reader.next(new AbortController().signal)).rejects.toMatchObject({ code: "MGV_FILE_READ" });
});

test("the next process goes on behind what is settled, and begins with the first that is not", async () => {
  const { folder, path, begin, outputs, places } = await opened();
  await using _ = folder;
  await writeFile(path, lines("a", "b", "c"));
  const all = outputs(lines("a", "b", "c").length);
  {
    await using log = begin();
    await using reader = await log.follow("pager");
    await log.opened(outputs(0));
    log.committed(all);
    const signal = new AbortController().signal;
    const [a, , c] = [await reader.next(signal), await reader.next(signal), await reader.next(signal)];
    reader.settle(c!);
    reader.settle(a!);
  }
  expect(await places("pager")).toEqual({ "outputs/alerts-0.jsonl": lines("a").length });
  await using log = begin();
  await using reader = await log.follow("pager");
  await log.opened(all);
  expect(await ids(reader, 2)).toEqual(["b", "c"]);
});

test("where a route begins is kept before anything more is committed", async () => {
  const { folder, path, begin, outputs, places } = await opened();
  await using _ = folder;
  await writeFile(path, lines("old"));
  {
    await using log = begin();
    await using reader = await log.follow("pager");
    await log.opened(outputs(lines("old").length));
    expect(await places("pager")).toEqual({ "outputs/alerts-0.jsonl": lines("old").length });
    expect(reader.isAtEnd).toBe(false);
  }
  await appendFile(path, lines("new"));
  await using log = begin();
  await using reader = await log.follow("pager");
  await log.opened(outputs(lines("old", "new").length));
  expect(await ids(reader, 1)).toEqual(["new"]);
});

test("a desk sees what was there before, and lines that are no alerts do not stop anyone", async () => {
  const { folder, path, begin, outputs } = await opened();
  await using _ = folder;
  const text = `${lines("a")}not JSON\n${lines("b")}`;
  await writeFile(path, text);
  await using log = begin();
  await log.opened(outputs(text.length));
  await using reader = await log.tail();
  expect(await ids(reader, 2)).toEqual(["a", "b"]);
});

test("of a long file a desk sees the end, from a whole line on", async () => {
  const { folder, path, begin, outputs } = await opened();
  await using _ = folder;
  const text = lines(...Array.from({ length: 10_000 }, (_, i) => String(i)));
  await writeFile(path, text);
  await using log = begin();
  await log.opened(outputs(text.length));
  await using reader = await log.tail();
  const [first] = await ids(reader, 1);
  expect(Number(first)).toBeGreaterThan(1000);
  const rest = await ids(reader, 9999 - Number(first));
  expect(rest.at(-1)).toBe("9999");
});

test("partitions keep their places in one file at the same time", async () => {
  const { folder, begin, outputs, places } = await opened();
  await using _ = folder;
  await using log = begin();
  await using reader = await log.follow("pager");
  await Promise.all([0, 1, 2, 3].map((partition) => log.opened({ ...outputs(0), partition })));
  expect([Object.keys((await places("pager")) as object).length, reader.isAtEnd]).toEqual([4, false]);
});
