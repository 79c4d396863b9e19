import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { crashDeck } from "./plan.ts";
import { expectSound, patienceMs } from "./short.ts";

const reason = await whyNotStartable();
if (reason) console.log(`Fault tests SKIPPED: ${reason}`);

test.skipIf(reason)("exactly once, engines on all three runtimes that crash leave what one leaves that is never disturbed", async () => {
  const { models, openAtKill } = await expectSound({ deck: crashDeck, runtimes: ["bun", "node", "deno"] });
  expect(models).toBe(2);
  expect(openAtKill, "the run is void: no kill met an open transaction").toBeGreaterThan(0);
}, patienceMs);
