import { afterEach, expect, test, vi } from "vitest";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import type { FetchedPartition } from "../../../../engine/broker/wire/record-messages.ts";
import { KafkaPartitions } from "../../../../engine/runtime/kafka/partitions.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";

const kernel = await loadKernel();
const away = new Error("no connection");
const NOT_LEADER = 6;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Two partitions of one node, which are empty as far as it answers; what it does to the next requests is set from outside. */
function opened() {
  const state = { fetch: "answers" as "answers" | "fails" | "hangs", leader: "known" as "known" | "unknown", codes: [0, 0], fetches: 0 };
  const answered = (partition: number): FetchedPartition => ({ partition, code: state.codes[partition]!, lastStableOffset: 0, aborted: [], records: new Uint8Array() });
  const cluster = {
    client: {},
    messages: {},
    leader: () => (state.leader === "known" ? Promise.resolve({ id: 1, host: "localhost", port: 1 }) : Promise.reject(away)),
    isUnreachable: (thrown: unknown) => thrown === away,
    forget: () => {},
    async call(_node: unknown, _way: unknown, _message: unknown, { partitions }: { partitions: ReadonlyMap<number, number> }) {
      state.fetches++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (state.fetch === "hangs") await new Promise(() => {});
      if (state.fetch === "fails") throw away;
      return { code: 0, partitions: [...partitions.keys()].map(answered) };
    },
  };
  const input = new KafkaPartitions(cluster as unknown as Cluster, kernel, { topic: "readings", from: "earliest" });
  const readers = [0, 1].map((partition) => input.open(partition, 0));
  return {
    state,
    areAtEnd: () => readers.map(({ isAtEnd }) => isAtEnd),
    [Symbol.asyncDispose]: async () => {
      for (const reader of readers) reader[Symbol.dispose]();
      if (state.fetch !== "hangs") await input[Symbol.asyncDispose]();
    },
  };
}

test("a partition whose node does not answer is not known to be read to its end, until it answers again", async () => {
  await using input = opened();
  await expect.poll(input.areAtEnd).toEqual([true, true]);
  for (const [broken, mended] of [[{ fetch: "fails" }, { fetch: "answers" }], [{ leader: "unknown" }, { leader: "known" }]] as const) {
    Object.assign(input.state, broken);
    await expect.poll(input.areAtEnd).toEqual([false, false]);
    Object.assign(input.state, mended);
    await expect.poll(input.areAtEnd).toEqual([true, true]);
  }
});

test("nor is one whose node has not answered for seconds", async () => {
  await using input = opened();
  await expect.poll(input.areAtEnd).toEqual([true, true]);
  const nowMs = performance.now();
  const clock = vi.spyOn(performance, "now");
  input.state.fetch = "hangs";
  clock.mockReturnValue(nowMs + 1_000);
  expect(input.areAtEnd()).toEqual([true, true]);
  clock.mockReturnValue(nowMs + 7_000);
  expect(input.areAtEnd()).toEqual([false, false]);
});

test("one that has no leader holds no other of the same node up", async () => {
  await using input = opened();
  await expect.poll(input.areAtEnd).toEqual([true, true]);
  input.state.codes = [0, NOT_LEADER];
  await expect.poll(input.areAtEnd).toEqual([true, false]);
  const seen = new Set<string>();
  for (const before = input.state.fetches; input.state.fetches < before + 3; await new Promise((resolve) => setTimeout(resolve, 5))) seen.add(String(input.areAtEnd()));
  expect([...seen]).toEqual(["true,false"]);
  input.state.codes = [0, 0];
  await expect.poll(input.areAtEnd).toEqual([true, true]);
});
