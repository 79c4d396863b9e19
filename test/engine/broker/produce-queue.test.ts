import { expect, test } from "vitest";
import type { ProducedRecord } from "../../../engine/broker/broker.ts";
import { type EncodedRecord, ProduceQueue } from "../../../engine/broker/produce-queue.ts";

const record = (value: string): ProducedRecord => ({ topic: "t", key: "k", value });
const values = (requests: readonly (readonly EncodedRecord[])[]) =>
  requests.map((request) => request.map(({ value }) => value.toString()));

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A queue whose requests are kept, and answered when the test says so. */
function heldQueue() {
  const requests: (readonly EncodedRecord[])[] = [];
  const answers: { resolve(): void; reject(thrown: unknown): void }[] = [];
  const queue = new ProduceQueue((request) => {
    requests.push(request);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  });
  return { requests, queue, answer: async () => (answers.shift()!.resolve(), turn()), answers };
}

test("one request is under way at a time, and what arrived meanwhile goes out together", async () => {
  const { requests, queue, answer } = heldQueue();
  const calls = ["1", "2", "3"].map((value) => queue.add([record(value)]));
  expect(values(requests)).toEqual([["1"]]);
  await answer();
  expect(values(requests)).toEqual([["1"], ["2", "3"]]);
  await answer();
  await Promise.all(calls);
  await queue.idle();
});

test("a request stays below a broker's limit, and a record above it goes alone", async () => {
  const { requests, queue, answer } = heldQueue();
  const call = queue.add([300_000, 400_000, 400_000, 2_000_000, 10].map((length) => record("x".repeat(length))));
  for (let count = 1; count <= 4; count++) {
    expect(requests.length).toBe(count);
    await answer();
  }
  await call;
  expect(requests.map((request) => request.map(({ value }) => value.length))).toEqual([[300_000, 400_000], [400_000], [2_000_000], [10]]);
});

test("a request that fails fails its own calls, and the next one goes on", async () => {
  const { queue, answer, answers } = heldQueue();
  const first = queue.add([record("1")]);
  const second = queue.add([record("2")]);
  answers.shift()!.reject(new Error("refused"));
  await expect(first).rejects.toThrow("refused");
  await turn();
  await answer();
  await expect(second).resolves.toBeUndefined();
});

test("nothing to produce sends nothing", async () => {
  const { requests, queue } = heldQueue();
  await queue.add([]);
  await queue.idle();
  expect(requests).toEqual([]);
});

test("what is added as soon as the last call was answered goes out too", async () => {
  let sent = 0;
  const direct = new ProduceQueue((request) => {
    sent += request.length;
    return Promise.resolve();
  });
  for (let i = 0; i < 5; i++) await direct.add([{ topic: "t", key: null, value: "v" }]);
  expect(sent).toBe(5);
});
