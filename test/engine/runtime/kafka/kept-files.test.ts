import { expect, inject, test } from "vitest";
import { KeptFiles } from "../../../../engine/runtime/kafka/kept-files.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { committedValues, newTopic, openCluster } from "../../../fixtures/kafka-wire.ts";
import { random } from "../../../fixtures/random.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();
const bytes = (length: number, seed: number) => {
  const next = random(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
};

test.skipIf(reason)("files of any size come back by their names and places, whatever else is on the topic", async () => {
  await using cluster = await openCluster(servers!);
  const topic = await newTopic(servers!, 2, { "max.message.bytes": "2097152" });
  const files = new KeptFiles(cluster, kernel, { topic, partition: 1 });
  const [large, small, empty] = [bytes(9_000_000, 1), bytes(10, 2), new Uint8Array(0)];
  await files.write("0/other", bytes(100, 3));
  const places = new Map([["1/large", await files.write("1/large", large)]]);
  await files.write("1/large-too", bytes(100, 4));
  places.set("1/small", await files.write("1/small", small));
  expect(places.get("1/large")!.chunks).toBe(12);
  const found = await files.read(places);
  expect(Buffer.compare(found.get("1/large")!, large)).toBe(0);
  expect(found.get("1/small")).toEqual(small);
  expect(await files.read(new Map())).toEqual(new Map());
  const place = await files.write("1/empty", empty);
  expect(place.chunks).toBe(1);
});

test.skipIf(reason)("a file that is forgotten is left to compaction, and one that is not there is told, with what to do", async () => {
  await using cluster = await openCluster(servers!);
  const topic = await newTopic(servers!);
  const files = new KeptFiles(cluster, kernel, { topic, partition: 0 });
  const place = await files.write("0/gone", bytes(50, 5));
  await files.forget([["0/gone", place]]);
  expect((await committedValues(cluster, kernel, { topic })).at(-1)).toBe("");
  await expect(files.read(new Map([["0/never", { offset: 0, chunks: 1, writer: "abcdef" }]]))).rejects.toMatchObject({ code: "MGV_SNAPSHOT", message: expect.stringContaining("--rebuild") });
});
