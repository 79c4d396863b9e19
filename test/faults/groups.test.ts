import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { whyNotSecure } from "../broker/secure.ts";
import { planOf } from "./groups.ts";
import { expectSound, newSeed } from "./short.ts";

const reason = await whyNotStartable();
const reasonSecure = await whyNotSecure();

/** Exactly once, and with crashes. */
async function play(group: "workers" | "change" | "secure", runtimes: Parameters<typeof expectSound>[0]["runtimes"]) {
  const seed = newSeed();
  const { steps, length, ...plan } = planOf(group, { seed });
  const outcome = await expectSound({ ...plan, group, seed, guarantee: "exactly-once", isCrash: true, steps: steps.take(length), runtimes });
  expect(outcome.readings).toBeGreaterThan(10_000);
  return outcome;
}

test.skipIf(reason)("workers of a supervisor that are killed, while they become two, three and one", async () => {
  expect((await play("workers", ["node"])).kills).toBe(2);
}, 240_000);

test.skipIf(reason)("a state that is made of the readings again, also for a pipeline that has changed", async () => {
  expect((await play("change", ["node", "bun", "deno"])).again).toBeGreaterThan(1000);
}, 240_000);

test.skipIf(reasonSecure)("a group over TLS, that signs in by password", async () => {
  expect((await play("secure", ["deno", "node", "bun"])).kills).toBe(2);
}, 240_000);
