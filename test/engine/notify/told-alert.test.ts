import { expect, test } from "vitest";
import { isAtLeast, keyOf, readAlert } from "../../../engine/notify/told-alert.ts";
import { severities } from "../../../engine/rules/profile.ts";
import { alertRecord } from "../../../engine/sink/records.ts";
import { toldAlert } from "../../fixtures/told-alerts.ts";

test("an alert is read as its record tells of it, with and without a cause", () => {
  const raised = { id: "0_17", topic: "smoke_alerts", kind: "fire", timeMs: 1_654_733_331_000, sensor: "room", cause: null, value: 0.97, threshold: 0.5, severity: "CRITICAL", message: "room looks like fire.", modelVersion: "abc" } as const;
  expect(readAlert(alertRecord(raised).value)).toEqual({ id: "0_17", sensor_id: "room", timestamp: "2022-06-09T00:08:51.000Z", kind: "fire", cause: null, value: 0.97, threshold: 0.5, severity: "CRITICAL", message: "room looks like fire.", model_version: "abc" });
  expect(readAlert(alertRecord({ ...raised, kind: "threshold", cause: "TVOC[ppb]", modelVersion: null, timeMs: NaN }).value)).toMatchObject({ kind: "threshold", cause: "TVOC[ppb]", model_version: null, timestamp: null });
});

test.each(["", "null", "[]", "{}", '"text"', '{"alert_id":1}', '{"alert_id":"0_1","sensor":"a","alert_type":"fire","message":"m","severity":"URGENT"}'])("%s is no alert", (text) => {
  expect(readAlert(text)).toBeNull();
});

test("a key is the alert's id and a hash, and printable ASCII whatever the id: it goes into a header and an environment", () => {
  expect(keyOf(toldAlert("0_17_room 1"))).toMatch(/^0_17_room 1\.[0-9a-f]{12}$/);
  expect(keyOf(toldAlert("0_window_\u53f0\u6240_1654733100000_1"))).toMatch(/^0_window_%E5%8F%B0%E6%89%80_1654733100000_1\.[0-9a-f]{12}$/);
  for (const id of ["caf\u00e9", "a\u0000b", "a\nb", "\u{1f525}", "\ud800"]) expect(keyOf(toldAlert(id))).toMatch(/^[\x20-\x7e]+$/);
  expect(keyOf(toldAlert("a\u0000"))).not.toBe(keyOf(toldAlert("a%00")));
});

test("severities rise from LOW to CRITICAL", () => {
  expect(severities.map((severity) => isAtLeast(severity, "HIGH"))).toEqual([false, false, true, true]);
});
