import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { whyNotSecure } from "../broker/secure.ts";
import { expectSound, patienceMs } from "./short.ts";

const reason = await whyNotStartable();

test.skipIf(reason)("workers of a supervisor that are killed, while they become two, three and one", async () => {
  expect((await expectSound({ group: "workers", runtimes: ["node"] })).kills).toBe(2);
}, patienceMs);

test.skipIf(reason)("a state that is made of the readings again, also for a pipeline that has changed", async () => {
  expect((await expectSound({ group: "change", runtimes: ["node", "bun", "deno"] })).again).toBeGreaterThan(1000);
}, patienceMs);

test.skipIf(await whyNotSecure())("a group over TLS, that signs in by password", async () => {
  expect((await expectSound({ group: "secure", deck: ["kill"], runtimes: ["deno", "node", "bun"] })).kills).toBe(2);
}, patienceMs);
