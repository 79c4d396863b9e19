import { expect, test } from "vitest";
import { readBookmark, writeBookmark, type Bookmark } from "../../../../engine/runtime/kafka/bookmark.ts";

const bookmark: Bookmark = {
  start: 3,
  settledEntry: 7,
  settled: 1_000_000,
  settledBy: "00000000000000001007-00003",
  nextEntry: 12,
  journalStart: 0,
  journal: 7,
  chain: "0f3a9b21",
  snapshots: [{ offset: 40, chunks: 3, writer: "ab12cd" }, { offset: 99, chunks: 1, writer: "00ff00" }],
  models: { "677573429e99": { offset: 2, chunks: 1, writer: "ab12cd" } },
};

test("a bookmark comes back as it was", () => {
  expect(readBookmark(writeBookmark(bookmark))).toEqual(bookmark);
});

test("a bookmark that does not say who took the snapshots is read as one whose files anybody may have left", () => {
  const { settledBy: _, ...older } = JSON.parse(writeBookmark(bookmark)) as Record<string, unknown>;
  expect(readBookmark(JSON.stringify(older))).toEqual({ ...bookmark, settledBy: null });
});

test("a bookmark of the longest chain and many models is stored by a broker as it is set by default", () => {
  const long = 9_007_199_254_740_991;
  const snapshots = Array.from({ length: 64 }, (_, i) => ({ offset: long - i, chunks: 3000, writer: "ab12cd" }));
  const models = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`67757342${i}`.padEnd(12, "0"), { offset: long, chunks: 12, writer: "ab12cd" }]));
  expect(writeBookmark({ ...bookmark, start: long, settled: long, journal: long, snapshots, models }).length).toBeLessThan(4096);
});

test.each([[null], [""], ["text of somebody else"], ["{}"], ["[1]"], ["null"], ["7"]])("what something else has stored is no bookmark: %j", (text) => {
  expect(readBookmark(text)).toBeNull();
});

test("a bookmark of another version is refused, with what to do", () => {
  expect(() => readBookmark('{"mangrove":2}')).toThrow(/version 2, and this is version 1.*mangrove reset/);
});
