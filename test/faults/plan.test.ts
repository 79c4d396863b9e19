import { expect, test } from "vitest";
import { groupNames, planOf } from "./groups.ts";
import { changeDeck, cleanDeck, crashDeck, lengthOf, longDeck, planned, secureDeck, stepKinds, workersDeck } from "./plan.ts";

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

test("every kind of fault is in a deck of the long form, and all of the short form's are", () => {
  const long = new Set([...longDeck, ...changeDeck, ...secureDeck, ...workersDeck, "join", "lose", "leave"]);
  expect([...long].toSorted()).toEqual(stepKinds.toSorted());
  for (const kind of [...crashDeck, ...cleanDeck]) expect(long.has(kind), kind).toBe(true);
});

test("a plan leads through its group's deck once in its length, and then again", () => {
  for (const name of groupNames) {
    const { steps, length } = planOf(name, { seed: 3 });
    const [first, second] = [0, 1].map(() => Array.from({ length }, () => steps.next().value.kind).toSorted());
    expect(first, name).toEqual(second);
  }
});

test("a supervisor is the only member, and has one process when it is killed itself", () => {
  const { steps, length, workers } = planOf("workers", { seed: 3 });
  let resized = 0;
  for (let i = 0; i < 3 * length; i++) {
    const { kind, member } = steps.next().value;
    if (kind === "resize") resized++;
    expect([null, "m1"]).toContain(member);
    const count = workers![resized % workers!.length]!;
    if (kind === "kill") expect(count).toBe(1);
    if (kind === "kill worker") expect(count).toBeGreaterThan(1);
  }
});
