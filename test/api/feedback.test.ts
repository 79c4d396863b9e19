import { expect, test } from "vitest";
import { keptLabelsSchema, problemSchema, trainingBegunSchema, type Problem } from "../../api/contract.ts";
import type { GivenLabel } from "../../engine/labels/label.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { bodyOf, startService, START_MS } from "./service.ts";

const said = { sensor: "kitchen", from: START_MS / 1000, to: "2022-06-09T00:20:00Z", label: 1, who: "Ada" };
const kept: GivenLabel = { sensor: "kitchen", fromMs: START_MS, toMs: Date.UTC(2022, 5, 9, 0, 20), label: 1, who: "Ada" };

async function startWithLabels() {
  const labels: GivenLabel[] = [];
  const service = await startService({ model: false, app: { keepLabels: (given) => Promise.resolve(void labels.push(...given)) } });
  return { labels, post: (body: unknown) => service.post(body, "/feedback"), [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

test("a label, an array and an array under data are kept", async () => {
  await using feedback = await startWithLabels();
  for (const [body, accepted] of [[said, 1], [[said, said], 2], [{ data: [said] }, 1]] as const) {
    const response = await feedback.post(body);
    expect(response.status).toBe(202);
    expect(keptLabelsSchema.parse(await response.json())).toEqual({ accepted });
  }
  expect(feedback.labels).toEqual([kept, kept, kept, kept]);
});

test("where one is wrong none is taken, and all that is wrong is told by its place", async () => {
  await using feedback = await startWithLabels();
  const response = await feedback.post({ data: [said, { ...said, label: "yes" }, { ...said, to: said.from, who: "" }] });
  expect(response.status).toBe(422);
  const problem = problemSchema.parse(await bodyOf<Problem>(response));
  expect(problem).toMatchObject({ code: "MGV_LABEL", detail: expect.stringMatching(/2 more: see errors\)\. No label was taken\.$/) as string });
  expect(problem.errors!.map(({ pointer, code }) => [pointer, code])).toEqual([["/data/1/label", "MGV_LABEL"], ["/data/2/who", "MGV_FIELD_MISSING"], ["/data/2/to", "MGV_FIELD_RANGE"]]);
  expect((await feedback.post([])).status).toBe(400);
  expect((await feedback.post(Array.from({ length: 10_001 }, () => said))).status).toBe(413);
  expect(feedback.labels).toEqual([]);
});

test("without a place to keep labels, and where it fails, the answer is 503", async () => {
  await using without = await startService({ model: false });
  expect((await without.post(said, "/feedback")).status).toBe(503);
  await using failing = await startService({ model: false, app: { keepLabels: () => Promise.reject(new MangroveError("MGV_HISTORY", "The history in /var/history cannot be written: the disk is full.")), onError: () => {}, newId: () => "id-1" } });
  expect(await bodyOf<Problem>(failing.post(said, "/feedback"))).toMatchObject({ status: 503, detail: "A file could not be read or written; the log has it under request id-1." });
});

test("a training begins once at a time, and only from the machine itself", async () => {
  let isRunning = false;
  const train = () => !isRunning && (isRunning = true);
  await using service = await startService({ model: false, app: { train } });
  const post = (address: string) => service.app.request("/train", { method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: address, remotePort: 1, remoteFamily: "IPv4" });
  expect((await post("192.0.2.7")).status).toBe(403);
  const begun = await post("127.0.0.1");
  expect(begun.status).toBe(202);
  expect(trainingBegunSchema.parse(await begun.json()).status).toBe("started");
  expect((await post("127.0.0.1")).status).toBe(409);
  await using without = await startService({ model: false });
  expect((await without.app.request("/train", { method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: "127.0.0.1" })).status).toBe(503);
});
