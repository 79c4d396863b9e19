import type { TestProject } from "vitest/node";
import { kafkaAvailability } from "./availability.ts";
import { startBroker, type TestBroker } from "./start.ts";

declare module "vitest" {
  export interface ProvidedContext {
    kafka: KafkaForTests;
  }
}

/** The broker of a test run; `servers` is null where there is none, and `reason` says why. */
export interface KafkaForTests {
  readonly servers: string | null;
  readonly reason: string | null;
}

/** Gives the tests one Kafka broker for the whole run. Without one its tests are skipped, and in CI the run fails. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = await findBroker();
  if ("servers" in found) {
    project.provide("kafka", { servers: found.servers, reason: null });
    return async () => found[Symbol.asyncDispose]();
  }
  const sentence = `Kafka tests SKIPPED: ${found.reason}`;
  if (process.env["CI"] === "true") throw new Error(sentence);
  project.provide("kafka", { servers: null, reason: found.reason });
  return async () => console.log(`\n${sentence}`);
}

async function findBroker(): Promise<TestBroker | { readonly reason: string }> {
  const availability = await kafkaAvailability();
  if (availability.kind === "absent") return availability;
  if (availability.kind === "given") return { servers: availability.servers, async [Symbol.asyncDispose]() {} };
  try {
    return await startBroker();
  } catch (thrown) {
    return { reason: `no broker started: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
}
