import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { CodeError } from "../../../../engine/broker/wire/codes.ts";
import { topic } from "../../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../../engine/pipeline/pipeline.ts";
import { followOutputs } from "../../../../engine/runtime/kafka/follow-outputs.ts";
import { emptySummary } from "../../../../engine/runtime/summary.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { smallSchema } from "../../../fixtures/readings.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema).to(topic("out"));
const DENIED = 29;

/** Rejections that nobody has heard of, while the test runs. */
function unheard(): unknown[] {
  const found: unknown[] = [];
  const hear = (thrown: unknown) => void found.push(thrown);
  process.on("unhandledRejection", hear);
  onTestFinished(() => void process.off("unhandledRejection", hear));
  return found;
}

test.each(["comes late", "fails too"])("a topic that may not be read rejects nothing that nobody hears, where the next one %s", async (how) => {
  const found = unheard();
  const late = new CodeError("the topic out", DENIED);
  const asked: string[] = [];
  const cluster = {
    client: {},
    persist: () => Promise.resolve(0),
    leader: () => Promise.reject(new CodeError("fetch", DENIED)),
    async partitionsOf(name: string) {
      asked.push(name);
      if (asked.length === 1) return 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (how === "fails too") throw late;
      return 1;
    },
  };
  const following = followOutputs({ cluster: cluster as unknown as Cluster, kernel, pipeline: small, now: () => 0, summary: emptySummary(), tell: () => {} }, new AbortController().signal);
  await expect(following).rejects.toMatchObject({ protocolCode: DENIED });
  expect(asked.length).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(found).toEqual([]);
});
