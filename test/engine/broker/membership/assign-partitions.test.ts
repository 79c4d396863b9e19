import { expect, test } from "vitest";
import { assignPartitions } from "../../../../engine/broker/membership/assign-partitions.ts";

const member = (memberId: string, topics: readonly string[], instanceId: string | null = null) => ({ memberId, instanceId, topics });
const plain = (assigned: ReturnType<typeof assignPartitions>) => Object.fromEntries([...assigned].map(([id, topics]) => [id, Object.fromEntries(topics)]));

test("partitions go round the members, whatever order those are told in", () => {
  const members = [member("b", ["t"]), member("a", ["t"]), member("c", ["t"])];
  const expected = { a: { t: [0, 3] }, b: { t: [1, 4] }, c: { t: [2] } };
  expect(plain(assignPartitions(members, new Map([["t", 5]])))).toEqual(expected);
  expect(plain(assignPartitions(members.toReversed(), new Map([["t", 5]])))).toEqual(expected);
});

test("who does not read a topic gets none of it, and is told so", () => {
  const members = [member("a", ["t"]), member("b", ["t", "u"]), member("c", ["v"])];
  const assigned = assignPartitions(members, new Map([["t", 2], ["u", 2], ["w", 3]]));
  expect(plain(assigned)).toEqual({ a: { t: [0] }, b: { t: [1], u: [0, 1] }, c: {} });
});

test("more members than partitions leave some with nothing", () => {
  expect(plain(assignPartitions([member("a", ["t"]), member("b", ["t"])], new Map([["t", 1]])))).toEqual({ a: { t: [0] }, b: {} });
});

test("a static member keeps its share under another member id", () => {
  const others = [member("m", ["t"], "1"), member("n", ["t"], "3")];
  const before = assignPartitions([...others, member("z", ["t"], "2")], new Map([["t", 6]]));
  const after = assignPartitions([...others, member("a", ["t"], "2")], new Map([["t", 6]]));
  expect(after.get("a")).toEqual(before.get("z"));
  expect(after.get("m")).toEqual(before.get("m"));
});
