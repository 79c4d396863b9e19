import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { KeyRing } from "../../../api/access/key-ring.ts";
import { newKey } from "../../../api/access/key.ts";
import type { Problem } from "../../../api/contract.ts";
import type { AppOptions } from "../../../api/options.ts";
import type { ProducedRecord } from "../../../engine/broker/broker.ts";
import type { GivenLabel } from "../../../engine/labels/label.ts";
import { AlertDesk } from "../../../engine/notify/alert-desk.ts";
import { forgetfulDeskLog } from "../../../engine/notify/desk-entry.ts";
import { toldAlert } from "../../fixtures/told-alerts.ts";
import { serve } from "../safety/socket.ts";
import { bodyOf, message, startService, START_MS } from "../service.ts";

/** A service that can be asked for everything, and what became of it. */
async function started(app: Partial<AppOptions> = { isLocalOnly: true }) {
  const alerts = new AlertDesk({ log: forgetfulDeskLog, now: () => START_MS });
  alerts.add(toldAlert("0_1"));
  const [appended, labels]: [ProducedRecord[], GivenLabel[]] = [[], []];
  const append = (messages: readonly ProducedRecord[]) => Promise.resolve(void appended.push(...messages));
  const keepLabels = (given: readonly GivenLabel[]) => Promise.resolve(void labels.push(...given));
  const service = await startService({ app: { alerts, append, keepLabels, ...app } });
  const post = (path: string, headers: Record<string, string>, body?: string | Uint8Array<ArrayBuffer>) => service.app.request(path, { method: "POST", headers: { Host: "localhost:5000", ...headers }, ...(body !== undefined && { body }) }, { remoteAddress: "127.0.0.1" });
  return { ...service, post, done: () => ({ acknowledged: alerts.list(1)[0]!.state === "acknowledged", appended: appended.length, labels: labels.length }) };
}

const nothing = { acknowledged: false, appended: 0, labels: 0 };
const json = { "Content-Type": "application/json" };
const reading = JSON.stringify(message());
const label = JSON.stringify({ sensor: "kitchen", from: START_MS / 1000, to: START_MS / 1000 + 60, label: 1, who: "Ada" });
const asked = [["/alerts/0_1/acknowledge", undefined], ["/readings", reading], ["/feedback", label], ["/predict", reading], ["/predict/batch", `[${reading}]`], ["/predict/sample", undefined], ["/validate", reading]] as const;

test.each([
  ["a page of another origin", { Origin: "https://example.org" }],
  ["a page of another port of this machine", { Origin: "http://localhost:8080" }],
  ["a page that hides its origin", { Origin: "null" }],
  ["a page whose name has been pointed here", { Origin: "http://evil.example:5000", Host: "evil.example:5000" }],
])("what %s sends is refused with 403, and changes nothing", async (_, headers) => {
  await using service = await started();
  for (const [path, body] of asked) {
    for (const type of body === undefined ? [{}] : [json, {}]) {
      const response = await service.post(path, { ...headers, ...type }, body === undefined ? undefined : new TextEncoder().encode(body));
      expect([path, response.status, (await bodyOf<Problem>(response)).code]).toEqual([path, 403, "MGV_FORBIDDEN"]);
    }
  }
  expect(service.done()).toEqual(nothing);
});

test.each([
  ["a program", {}],
  ["a program by a proxy that keeps the name", { Host: "mangrove.example" }],
  ["a page of the service's own", { Origin: "http://localhost:5000" }],
  ["a page of the service's own, by its address", { Origin: "http://127.0.0.1:5000", Host: "127.0.0.1:5000" }],
])("what %s sends is answered", async (_, headers) => {
  await using service = await started();
  for (const [path, body] of asked) expect([path, (await service.post(path, { ...headers, ...json }, body)).status]).toEqual([path, expect.toSatisfy((status: number) => status < 300)]);
  expect(service.done()).toMatchObject({ acknowledged: true, appended: 1, labels: 1 });
});

test("a page of an origin that is named is answered, from wherever its name leads", async () => {
  for (const corsOrigins of [["https://a.example"], ["*"]]) {
    await using service = await started({ isLocalOnly: true, corsOrigins });
    for (const Host of ["localhost:5000", "a.example"]) expect((await service.post("/alerts/0_1/acknowledge", { Origin: "https://a.example", Host })).status).toBe(200);
    expect((await service.post("/alerts/0_1/acknowledge", { Origin: "https://b.example" })).status).toBe(corsOrigins.includes("*") ? 200 : 403);
  }
});

test("where other machines may call, pages of the service's own are told by its name, whatever that is", async () => {
  await using service = await started({ isLocalOnly: false });
  expect((await service.post("/alerts/0_1/acknowledge", { Origin: "https://example.org", Host: "kitchen.lan:5000" })).status).toBe(403);
  expect((await service.post("/alerts/0_1/acknowledge", { Origin: "http://kitchen.lan:5000", Host: "kitchen.lan:5000" })).status).toBe(200);
});

test("who holds a key may come from any page", async () => {
  const keys = new KeyRing();
  const { key, secret } = newKey({ name: "kitchen", role: "predict" }, { nowMs: START_MS, randomBytes });
  keys.replace([key]);
  await using service = await started({ isLocalOnly: true, keys });
  expect((await service.post("/alerts/0_1/acknowledge", { Origin: "https://example.org", Authorization: `Bearer ${secret}` })).status).toBe(200);
});

test("whoever asks without changing anything is answered", async () => {
  await using service = await started();
  for (const method of ["GET", "HEAD"]) expect((await service.app.request("/alerts", { method, headers: { Host: "localhost:5000", Origin: "https://example.org" } })).status).toBe(200);
});

test("a real server refuses what pages of other origins send", async () => {
  await using served = await serve({ isLocalOnly: true });
  const statusOf = async (Origin: string, path = "/predict") => (await fetch(served.url + path, { method: "POST", headers: { Origin, ...json }, body: reading })).status;
  expect([await statusOf("https://example.org"), await statusOf(served.url), await statusOf("https://example.org", "/v2/models/smoke_detection_model/infer")]).toEqual([403, 200, 403]);
});
