import { expect, test } from "vitest";
import { countedAddress } from "../../../api/access/address.ts";
import { RateLimit } from "../../../api/access/rate-limit.ts";

test("so many are allowed at once, then one whenever its time has passed", () => {
  const limit = new RateLimit({ perMinute: 60 });
  const burst = Array.from({ length: 61 }, () => limit.take("ada", 1_000));
  expect(burst.map(({ isAllowed }) => isAllowed)).toEqual([...Array<boolean>(60).fill(true), false]);
  expect(burst.map(({ remaining }) => remaining)).toEqual([...Array.from({ length: 60 }, (_, i) => 59 - i), 0]);
  expect(burst.at(-1)).toMatchObject({ limit: 60, fullInMs: 60_000, nextInMs: 1_000 });
  expect(limit.take("ada", 1_999).isAllowed).toBe(false);
  expect(limit.take("ada", 2_000).isAllowed).toBe(true);
  expect(limit.take("ada", 2_000).isAllowed).toBe(false);
  expect(limit.take("ada", 62_000)).toMatchObject({ isAllowed: true, remaining: 59 });
});

test("a minute never has more than twice the limit, however the requests come", () => {
  const limit = new RateLimit({ perMinute: 100 });
  const allowedMs = Array.from({ length: 3_000 }, (_, i) => (i * 7919) % 180_000).sort((a, b) => a - b).filter((timeMs) => limit.take("ada", timeMs).isAllowed);
  for (const [i, timeMs] of allowedMs.entries()) expect(allowedMs.slice(i).filter((later) => later < timeMs + 60_000).length).toBeLessThanOrEqual(200);
  expect(allowedMs.length).toBeGreaterThanOrEqual(300);
});

test("everybody has an allowance of their own", () => {
  const limit = new RateLimit({ perMinute: 1 });
  expect(limit.take("ada", 0).isAllowed).toBe(true);
  expect(limit.take("bob", 0).isAllowed).toBe(true);
  expect(limit.take("ada", 0).isAllowed).toBe(false);
});

test("no more names are remembered than twice the most, and who was idle is forgotten", () => {
  const limit = new RateLimit({ perMinute: 10, maxNames: 100 });
  for (let i = 0; i < 10_000; i++) limit.take(`address ${i}`, i);
  expect(limit.names).toBeLessThanOrEqual(200);
  limit.take("ada", 200_000);
  limit.take("ada", 300_000);
  expect(limit.names).toBe(2);
});

test("a turn of generations gives nobody more", () => {
  const limit = new RateLimit({ perMinute: 2 });
  limit.take("bob", 0);
  expect([59_999, 59_999, 60_001, 60_002].map((timeMs) => limit.take("ada", timeMs).isAllowed)).toEqual([true, true, false, false]);
});

test.each([
  ["10.1.2.3", "10.1.2.3"],
  ["::ffff:10.1.2.3", "10.1.2.3"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8::", "2001:db8:0:0::/64"],
  [undefined, "unknown"],
])("%s is counted as %s", (address, counted) => {
  expect(countedAddress(address)).toBe(counted);
});
