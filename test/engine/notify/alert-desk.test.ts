import { expect, test } from "vitest";
import { AlertDesk } from "../../../engine/notify/alert-desk.ts";
import { forgetfulDeskLog, type DeskEntry, type DeskLog } from "../../../engine/notify/desk-entry.ts";
import { keyOf } from "../../../engine/notify/told-alert.ts";
import { toldAlert } from "../../fixtures/told-alerts.ts";

const START_MS = Date.parse("2026-02-28T06:30:00Z");

function desk(log: DeskLog = forgetfulDeskLog): AlertDesk {
  return new AlertDesk({ log, now: () => START_MS });
}

test("the newest alerts come first, a thousand at most, each once", () => {
  const full = desk();
  for (let i = 0; i < 1005; i++) full.add(toldAlert(String(i)));
  full.add(toldAlert("1004"));
  expect(full.list(3).map(({ id }) => id)).toEqual(["1004", "1003", "1002"]);
  expect(full.list(5000)).toHaveLength(1000);
  expect(full.open).toBe(1000);
});

test("the first who acknowledges is named, and it is not open any more", async () => {
  const one = desk();
  one.add(toldAlert("a"));
  one.add(toldAlert("b"));
  expect(one.list(1)[0]).toMatchObject({ state: "open", acknowledged: null, notifications: { delivered: 0, failed: 0, pending: 0 } });
  const acknowledged = { by: "ada", note: "toast", timestamp: "2026-02-28T06:30:00.000Z" };
  expect(await one.acknowledge("a", { by: "ada", note: "toast" })).toMatchObject({ id: "a", state: "acknowledged", acknowledged });
  expect(await one.acknowledge("a", { by: "bob", note: null })).toMatchObject({ acknowledged });
  expect(await one.acknowledge("c", { by: "bob", note: null })).toBeNull();
  expect([one.isAcknowledged(toldAlert("a")), one.isAcknowledged(toldAlert("b")), one.open]).toEqual([true, false, 1]);
});

test("each route counts once, however often it tells of its outcome", async () => {
  const one = desk();
  one.add(toldAlert("a"));
  one.notifying(toldAlert("a"));
  one.notifying(toldAlert("a"));
  expect(one.list(1)[0]!.notifications).toEqual({ delivered: 0, failed: 0, pending: 2 });
  await one.notified(toldAlert("a"), "pager", "delivered");
  await one.notified(toldAlert("a"), "siren", "failed");
  await one.notified(toldAlert("a"), "pager", "delivered");
  expect(one.list(1)[0]!.notifications).toEqual({ delivered: 1, failed: 1, pending: 0 });
});

test("what others did is known, also where it comes before the alert", async () => {
  let tell: (entry: DeskEntry) => void = () => {};
  const one = desk({ ...forgetfulDeskLog, follow: (give) => Promise.resolve(void (tell = give)) });
  await one.follow();
  tell({ kind: "acknowledged", key: keyOf(toldAlert("a")), by: "ada", note: null, time: "2026-02-28T06:00:00.000Z" });
  one.add(toldAlert("a"));
  expect(one.list(1)[0]).toMatchObject({ state: "acknowledged", acknowledged: { by: "ada" } });
});

test("an acknowledgement that could not be kept is none", async () => {
  const one = desk({ ...forgetfulDeskLog, append: () => Promise.reject(new Error("disk full")) });
  one.add(toldAlert("a"));
  await expect(one.acknowledge("a", { by: "ada", note: null })).rejects.toThrow("disk full");
  expect(one.isAcknowledged(toldAlert("a"))).toBe(false);
});

test("another alert of the same id is open, whatever became of the one before", async () => {
  const one = desk();
  one.add(toldAlert("a"));
  one.add(toldAlert("b"));
  await one.acknowledge("a", { by: "ada", note: null });
  one.add(toldAlert("a", { timestamp: "2026-03-01T06:30:00.000Z" }));
  expect(one.list(5).map(({ id, state }) => [id, state])).toEqual([["a", "open"], ["b", "open"]]);
});
