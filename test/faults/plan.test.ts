import { expect, test } from "vitest";
import { crashDeck, lengthOf, longDeck, planned } from "./plan.ts";

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
