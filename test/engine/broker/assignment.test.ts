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

//  member   reads to 15 | partition away, another member stores 40 | back, starts at 40
//  offset   15 is stale now: to store it would take the group back
test("offsets of an earlier holding are not stored, nor any before the new one is settled", async () => {
  const assignment = new Assignment();
  assignment.change("member", [0, 1]);
  expect(assignment.mayStore(0, 15)).toBe(false);
  await assignment.settle(startingAt(10));
  expect([9, 10, 15].map((offset) => assignment.mayStore(0, offset))).toEqual([false, true, true]);
  assignment.change("member", [1]);
  expect(assignment.mayStore(0, 15)).toBe(false);
  assignment.change("member", [0, 1]);
  expect([assignment.mayStore(0, 15), assignment.mayStore(1, 15)]).toEqual([false, true]);
  await assignment.settle(startingAt(40));
  expect([15, 40].map((offset) => assignment.mayStore(0, offset))).toEqual([false, true]);
});
