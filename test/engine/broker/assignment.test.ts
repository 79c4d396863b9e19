import { expect, test } from "vitest";
import { Assignment } from "../../../engine/broker/assignment.ts";

const startingAt = (offset: number) => async (partitions: readonly number[]) =>
  new Map(partitions.map((partition) => [partition, offset]));

test("a partition that stays keeps its place, a lost one is dropped, a new one starts where it is told", async () => {
  const assignment = new Assignment();
  assignment.change("member", [0, 1]);
  await assignment.settle(startingAt(10));
  assignment.pass(0, 15);
  assignment.change("member", [0, 2]);
  expect(assignment.reached).toEqual(new Map([[0, 15], [2, 0]]));
  await assignment.settle(startingAt(20));
  expect(assignment.positions).toEqual(new Map([[0, 15], [2, 20]]));
  expect([0, 1, 2].map((partition) => assignment.holds(partition))).toEqual([true, false, true]);
});

test("a new member id starts everything again: the group had given its partitions away", async () => {
  const assignment = new Assignment();
  assignment.change("member", [0]);
  await assignment.settle(startingAt(10));
  assignment.change("another", [0]);
  await assignment.settle(startingAt(3));
  expect(assignment.positions).toEqual(new Map([[0, 3]]));
});

test("offsets that arrive after the next rebalance are not used", async () => {
  const assignment = new Assignment();
  assignment.change("member", [0]);
  let asked = 0;
  await assignment.settle(async (partitions) => {
    asked += 1;
    if (asked === 1) assignment.change("another", [1]);
    return new Map(partitions.map((partition) => [partition, asked * 100]));
  });
  expect(assignment.positions).toEqual(new Map([[1, 200]]));
});

test("what is passed on a partition that was lost changes nothing", async () => {
  const assignment = new Assignment();
  assignment.change("member", [0]);
  await assignment.settle(startingAt(0));
  assignment.change("member", []);
  assignment.pass(0, 5);
  expect(assignment.reached).toEqual(new Map());
});
