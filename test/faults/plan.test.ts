import { expect, test } from "vitest";
import { groupNames, planOf } from "./groups.ts";
import { changeDeck, crashDeck, lengthOf, longDeck, planned, secureDeck, stepKinds, workersDeck, type StepKind } from "./plan.ts";

test("a seed gives the same steps again, another one others", () => {
  const steps = (seed: number) => planned({ seed, deck: crashDeck, isCrash: true }).take(200).toArray();
  expect(steps(7)).toEqual(steps(7));
  expect(steps(7)).not.toEqual(steps(8));
});

test("a member that is spared is never met", () => {
  const steps = planned({ seed: 1, deck: longDeck, isCrash: true, spared: "m1" }).take(500);
  expect(new Set(steps.map(({ member }) => member))).toEqual(new Set([null, "m2", "m3"]));
});

test("members go from one to three and back to one, whoever is met is a member, and every fault of the deck comes in each round", () => {
  for (let seed = 0; seed < 30; seed++) {
    const steps = planned({ seed, deck: longDeck, isCrash: true });
    const members = new Set(["m1"]);
    for (let round = 0; round < 5; round++) {
      const kinds: string[] = [];
      let most = 0;
      for (let i = 0; i < lengthOf(longDeck); i++) {
        const { kind, member } = steps.next().value;
        kinds.push(kind);
        if (kind === "join") members.add(member!);
        else if (member !== null) expect(members.has(member), `${kind} ${member}`).toBe(true);
        if (kind === "leave" || kind === "lose") members.delete(member!);
        most = Math.max(most, members.size);
        if (kind === "zombie") expect(members.size).toBe(3);
      }
      expect([most, members.size]).toEqual([3, 1]);
      expect(kinds.toSorted()).toEqual([...longDeck, "join", "join", "lose", "leave"].toSorted());
    }
  }
});

test("the long form has every kind of fault, where the system lets files be limited", () => {
  const long = new Set<StepKind>([...longDeck, ...changeDeck, ...secureDeck, ...workersDeck, "join", "lose", "leave"]);
  expect(stepKinds.filter((kind) => !long.has(kind))).toEqual(process.platform === "linux" ? [] : ["disk full"]);
});

test("a plan leads through its group's deck once in its length, and then again", () => {
  for (const name of groupNames) {
    const { steps, length } = planOf(name, { seed: 3 });
    const [first, second] = [0, 1].map(() => Array.from({ length }, () => steps.next().value.kind).toSorted());
    expect(first, name).toEqual(second);
  }
});

test("a supervisor is the only member, and has two processes or three when one is killed", () => {
  const { steps, length, workers } = planOf("workers", { seed: 3 });
  const met = new Set<number>();
  for (let i = 0, resized = 0; i < 3 * length; i++) {
    const { kind, member } = steps.next().value;
    expect([null, "m1"]).toContain(member);
    if (kind === "resize") resized++;
    if (kind === "kill worker") met.add(workers![resized % workers!.length]!);
  }
  expect([...met]).toEqual([2, 3]);
});
