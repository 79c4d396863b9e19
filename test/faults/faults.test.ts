import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { crashDeck } from "./plan.ts";
import { expectSound, patienceMs } from "./short.ts";

const reason = await whyNotStartable();
if (reason) console.log(`Fault tests SKIPPED: ${reason}`);

test.skipIf(reason)("exactly once, engines on all three runtimes that crash leave what one leaves that is never disturbed", async () => {
  const { models, kills, openAtKill } = await expectSound({ deck: crashDeck, runtimes: ["bun", "node", "deno"] });
  expect(models).toBe(2);
  expect(openAtKill, `of ${kills} kills`).toBeGreaterThanOrEqual(kills / 2);
}, patienceMs);
