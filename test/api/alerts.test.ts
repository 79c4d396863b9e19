import { expect, test } from "vitest";
import { alertSchema, alertsSchema, problemSchema, type Problem } from "../../api/contract.ts";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import { AlertDesk } from "../../engine/notify/alert-desk.ts";
import { forgetfulDeskLog } from "../../engine/notify/desk-entry.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { toldAlert } from "../fixtures/told-alerts.ts";
import { bodyOf, startService, START_MS } from "./service.ts";

function deskOf(...ids: string[]): AlertDesk {
  const desk = new AlertDesk({ log: forgetfulDeskLog, now: () => START_MS });
  for (const id of ids) desk.add(toldAlert(id));
  return desk;
}

async function started(desk: AlertDesk | null = deskOf("0_1", "0_2_default_TVOC[ppb]", "0_3")) {
  const service = await startService({ model: false, app: desk ? { alerts: desk } : {} });
  const acknowledge = (id: string, body?: unknown) =>
    service.app.request(`/alerts/${encodeURIComponent(id)}/acknowledge`, { method: "POST", ...(body !== undefined && { body: JSON.stringify(body), headers: { "Content-Type": "application/json", "Content-Length": String(JSON.stringify(body).length) } }) });
  return { ...service, acknowledge };
}

test("the newest alerts come first, as many as are asked for", async () => {
  await using service = await started();
  const all = alertsSchema.parse(await bodyOf(service.app.request("/alerts")));
  expect(all.alerts.map(({ id }) => id)).toEqual(["0_3", "0_2_default_TVOC[ppb]", "0_1"]);
  expect(all.alerts[0]).toEqual({ ...toldAlert("0_3"), state: "open", acknowledged: null, notifications: { delivered: 0, failed: 0, pending: 0 } });
  expect((await bodyOf<{ alerts: unknown[] }>(service.app.request("/alerts?limit=1"))).alerts).toHaveLength(1);
});

test.each([
  ["state=open", 'There is no parameter "state", only limit.'],
  ["limit=5&limits=5", 'There is no parameter "limits", only limit. Did you mean limit?'],
  ["limit=5&limit=6", "limit can be given once."],
])("what would count for nothing is refused: %s", async (query, detail) => {
  await using service = await started();
  const response = await service.app.request(`/alerts?${query}`);
  expect([response.status, problemSchema.parse(await response.json())]).toMatchObject([400, { code: "MGV_USAGE", detail, errors: [{ detail }] }]);
});

test.each(["0", "1001", "-1", "2.5", "many", ""])("limit=%s is refused", async (limit) => {
  await using service = await started();
  const response = await service.app.request(`/alerts?limit=${limit}`);
  expect(response.status).toBe(400);
  expect(problemSchema.parse(await response.json())).toMatchObject({ code: "MGV_USAGE" });
});

test("an alert is acknowledged with or without a body, by the first who does", async () => {
  await using service = await started();
  const first = await service.acknowledge("0_2_default_TVOC[ppb]", { by: "the night shift", note: "Toast." });
  expect(first.status).toBe(200);
  const acknowledged = { by: "the night shift", note: "Toast.", timestamp: new Date(START_MS).toISOString() };
  expect(alertSchema.parse(await first.json())).toMatchObject({ id: "0_2_default_TVOC[ppb]", state: "acknowledged", acknowledged });
  expect(await bodyOf(service.acknowledge("0_2_default_TVOC[ppb]"))).toMatchObject({ acknowledged });
  expect(await bodyOf(service.acknowledge("0_1"))).toMatchObject({ state: "acknowledged", acknowledged: { note: null } });
});

test.each<[string, unknown, number, string]>([
  ["9_9", undefined, 404, "MGV_NOT_FOUND"],
  ["0_1", [], 422, "MGV_JSON"],
  ["0_1", { by: 7 }, 422, "MGV_JSON"],
  ["0_1", { who: "ada" }, 422, "MGV_JSON"],
  ["0_1", { by: "x".repeat(201) }, 422, "MGV_JSON"],
])("acknowledging %s with %j is refused", async (id, body, status, code) => {
  await using service = await started();
  const response = await service.acknowledge(id, body);
  expect([response.status, (await bodyOf<Problem>(response)).code]).toEqual([status, code]);
});

test("a process that knows of no alerts says so", async () => {
  await using service = await started(null);
  for (const response of [await service.app.request("/alerts"), await service.acknowledge("0_1")]) {
    expect(response.status).toBe(503);
    expect(await bodyOf<Problem>(response)).toMatchObject({ code: "MGV_NOT_READY" });
  }
});

test("an acknowledgement that cannot be kept is told of", async () => {
  const desk = new AlertDesk({ log: { ...forgetfulDeskLog, append: () => Promise.reject(new MangroveError("MGV_BROKER", "Kafka is away.")) }, now: () => 0 });
  desk.add(toldAlert("0_1"));
  await using service = await started(desk);
  const response = await service.acknowledge("0_1");
  expect(response.status).toBeGreaterThanOrEqual(500);
  expect(await bodyOf<Problem>(response)).toMatchObject({ code: "MGV_BROKER" });
});

test("alerts are read by a key of any role, and acknowledged by one that may predict, which is named", async () => {
  let byte = 0;
  const made = (["read", "predict"] as const).map((role) => newKey({ name: role, role }, { nowMs: START_MS, randomBytes: (length) => Buffer.alloc(length, ++byte) }));
  const keys = new KeyRing();
  keys.replace(made.map(({ key }) => key));
  await using service = await startService({ model: false, app: { alerts: deskOf("0_1"), keys } });
  const ask = (secret: string, path: string, method = "GET") => service.app.request(path, { method, headers: { Authorization: `Bearer ${secret}` } });
  const [reader, predictor] = made.map(({ secret }) => secret) as [string, string];
  expect((await ask(reader, "/alerts")).status).toBe(200);
  expect((await ask(reader, "/alerts/0_1/acknowledge", "POST")).status).toBe(403);
  expect(await bodyOf(ask(predictor, "/alerts/0_1/acknowledge", "POST"))).toMatchObject({ acknowledged: { by: "key predict" } });
});
