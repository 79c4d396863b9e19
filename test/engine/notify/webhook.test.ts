import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { noticeOf } from "../../../engine/notify/notice.ts";
import { webhook } from "../../../engine/notify/webhook.ts";
import { startReceiver, type Answer } from "../../fixtures/receiver.ts";
import { toldAlert } from "../../fixtures/told-alerts.ts";

const notice = { key: "0_17", body: '{"idempotency_key":"0_17"}' };
const never = new AbortController().signal;

test("a notice is posted as JSON with its key, and signed with the secret", async () => {
  await using receiver = await startReceiver(() => ({ status: 202, text: "thanks" }));
  const target = webhook({ url: new URL(receiver.url), secret: "hush", now: () => 1_700_000_000_500 });
  expect(await target.send(notice, never)).toEqual({ kind: "delivered", answer: "it answers 202: thanks" });
  const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
  expect(body).toBe(notice.body);
  expect(headers).toMatchObject({ "content-type": "application/json", "idempotency-key": "0_17", "mangrove-signature": `t=1700000000,v1=${createHmac("sha256", "hush").update(`1700000000.${notice.body}`).digest("hex")}` });
});

test("without a secret nothing is signed, and what is told of the target leaves its path out", async () => {
  await using receiver = await startReceiver();
  const target = webhook({ url: new URL("/token-1234", receiver.url), secret: null, now: () => 0 });
  await target.send(notice, never);
  expect(receiver.received[0]!.headers["mangrove-signature"]).toBeUndefined();
  expect(target.description).not.toContain("token");
});

test.each<[Answer & object, object]>([
  [{ status: 500 }, { kind: "later", reason: "it answers 500", afterMs: null }],
  [{ status: 503, headers: { "Retry-After": "7" } }, { kind: "later", afterMs: 7000 }],
  [{ status: 429, headers: { "Retry-After": "Thu, 01 Jan 1970 00:00:09 GMT" } }, { kind: "later", afterMs: 9000 }],
  [{ status: 429, headers: { "Retry-After": "soon" } }, { kind: "later", afterMs: null }],
  [{ status: 408 }, { kind: "later" }],
  [{ status: 425 }, { kind: "later" }],
  [{ status: 400, text: "no such field" }, { kind: "never", reason: "it answers 400: no such field" }],
  [{ status: 404 }, { kind: "never" }],
  [{ status: 302, headers: { Location: "http://127.0.0.1:1/" } }, { kind: "never", reason: "it answers 302" }],
])("the answer %j", async (answer, attempt) => {
  await using receiver = await startReceiver(() => answer);
  expect(await webhook({ url: new URL(receiver.url), secret: null, now: () => 0 }).send(notice, never)).toMatchObject(attempt);
});

test.each<[Answer & object, object]>([
  [{ status: 200, isHeld: true }, { kind: "delivered", answer: "it answers 200" }],
  [{ status: 202, text: "thanks", isHeld: true }, { kind: "delivered", answer: "it answers 202: thanks" }],
  [{ status: 404, isHeld: true }, { kind: "never", reason: "it answers 404" }],
  [{ status: 503, headers: { "Retry-After": "7" }, isHeld: true }, { kind: "later", afterMs: 7000 }],
])("an answer counts by its status, though it never ends: %j", async (answer, attempt) => {
  await using receiver = await startReceiver(() => answer);
  const beganMs = performance.now();
  expect(await webhook({ url: new URL(receiver.url), secret: null, now: () => 0 }).send(notice, never)).toMatchObject(attempt);
  expect(performance.now() - beganMs).toBeLessThan(8000);
});

test("an answer that is cut off is one", async () => {
  const controller = new AbortController();
  await using receiver = await startReceiver(() => (setTimeout(() => controller.abort(), 1_000), { status: 200, isHeld: true }));
  expect(await webhook({ url: new URL(receiver.url), secret: null, now: () => 0 }).send(notice, controller.signal)).toMatchObject({ kind: "delivered" });
});

test("a key of any alert's id goes through", async () => {
  await using receiver = await startReceiver();
  const told = noticeOf(toldAlert("0_window_\u53f0\u6240_1_2"), { event: "alert", route: "pager", pipeline: "smoke" });
  expect(await webhook({ url: new URL(receiver.url), secret: null, now: () => 0 }).send(told, never)).toMatchObject({ kind: "delivered" });
  expect(receiver.keys()).toEqual([(JSON.parse(receiver.received[0]!.body) as { idempotency_key: string }).idempotency_key]);
});

test("of a long answer only its beginning is kept", async () => {
  await using receiver = await startReceiver(() => ({ status: 400, text: "x".repeat(1e6) }));
  const attempt = await webhook({ url: new URL(receiver.url), secret: null, now: () => 0 }).send(notice, never);
  expect((attempt as { reason: string }).reason.length).toBeLessThan(300);
});

test("where nobody listens, or nobody answers, it is tried another time", async () => {
  const gone = await startReceiver();
  await gone[Symbol.asyncDispose]();
  expect(await webhook({ url: new URL(gone.url), secret: null, now: () => 0 }).send(notice, never)).toMatchObject({ kind: "later", reason: expect.stringContaining("does not answer") as string });
  const controller = new AbortController();
  await using silent = await startReceiver(() => (controller.abort(), "silence"));
  expect(await webhook({ url: new URL(silent.url), secret: null, now: () => 0 }).send(notice, controller.signal)).toMatchObject({ kind: "later" });
});
