import { expect, test } from "vitest";
import { Emission, type Happening } from "../../../engine/simulator/emission.ts";
import { Airing, Candles, Cooking, Dust, Heater, NeighbourStove, Shower, Smoking, Solvent, Stove } from "../../../engine/simulator/events.ts";
import { Fire } from "../../../engine/simulator/fire.ts";
import { Random } from "../../../engine/simulator/random.ts";
import { Schedule } from "../../../engine/simulator/schedule.ts";

/** Everything given off from start to end in steps of a second; `airing` in air changes. */
function total(happening: Happening, toS = happening.endS, fromS = 0): Emission {
  const sum = new Emission();
  for (let atS = fromS; atS < toS; atS++) happening.give(atS, sum);
  return sum;
}

/** The most fine particles of any second, µg. */
function strongest(happening: Happening, endS: number): number {
  let most = 0;
  for (let atS = 0; atS < endS; atS++) {
    const now = new Emission();
    happening.give(atS, now);
    most = Math.max(most, now.fineUg);
  }
  return most;
}

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test.each([
  { what: "cooking", begin: (random: Random) => new Cooking(random, 1), gives: ["heatKw", "waterG", "fineUg", "coarseUg", "vocUl", "h2Ul", "airing"] },
  { what: "a candle", begin: (random: Random) => new Candles(random, 1), gives: ["heatKw", "waterG", "fineUg", "coarseUg", "vocUl", "h2Ul"] },
  { what: "a cigarette", begin: (random: Random) => new Smoking(random, 1), gives: ["fineUg", "coarseUg", "vocUl", "h2Ul"] },
  { what: "a stove", begin: (random: Random) => new Stove(random), gives: ["heatKw", "fineUg", "coarseUg", "vocUl", "h2Ul"] },
  { what: "a heater", begin: (random: Random) => new Heater(random), gives: ["heatKw", "fineUg", "vocUl"] },
  { what: "a neighbour's chimney", begin: (random: Random) => new NeighbourStove(random), gives: ["smokyOutdoors"] },
  { what: "dust", begin: (random: Random) => new Dust(random, 1), gives: ["fineUg", "coarseUg"] },
  { what: "a shower", begin: (random: Random) => new Shower(random), gives: ["heatKw", "waterG", "fineUg"] },
  { what: "a solvent", begin: (random: Random) => new Solvent(random), gives: ["fineUg", "vocUl"] },
  { what: "airing", begin: (random: Random) => new Airing(random), gives: ["airing"] },
  { what: "a fire", begin: (random: Random) => new Fire(random, 1), gives: ["heatKw", "waterG", "fineUg", "coarseUg", "vocUl", "h2Ul", "airing"] },
])("$what gives off what it should and nothing else, and ends", ({ begin, gives }) => {
  for (const seed of seeds) {
    const sum = total(begin(new Random(seed)));
    const given = Object.entries(sum).filter(([, amount]) => amount !== 0);
    expect(given.map(([name]) => name), `seed ${seed}`).toEqual(gives);
    expect(given.every(([, amount]) => amount > 0 && amount < Infinity), `seed ${seed}`).toBe(true);
  }
});

test("a fire smokes from ignition until it is out, then the room is aired", () => {
  for (const seed of seeds) {
    const fire = new Fire(new Random(seed), 1);
    expect(fire.outS, `seed ${seed}`).toBeGreaterThan(60);
    expect(fire.outS, `seed ${seed}`).toBeLessThan(4_300);
    for (const atS of [1, fire.outS / 2, fire.outS - 0.01]) {
      const now = new Emission();
      fire.give(atS, now);
      expect([now.fineUg > 0, now.airing], `seed ${seed} at ${atS} s`).toEqual([true, 0]);
    }
    const after = total(fire, fire.endS, Math.ceil(fire.outS));
    expect([after.fineUg, after.airing > 0], `seed ${seed}`).toEqual([0, true]);
  }
});

test("what glows begins small and spreads", () => {
  const glowing = seeds.filter((seed) => new Fire(new Random(seed), 1).outS > 700);
  expect(glowing.length).toBeGreaterThan(10);
  for (const seed of glowing) {
    const fire = new Fire(new Random(seed), 1);
    const of = (fromS: number) => total(fire, fromS + 60, fromS).fineUg;
    const begins = of(0);
    const later = strongest(fire, fire.outS);
    expect(later * 60, `seed ${seed}`).toBeGreaterThan(5 * begins);
  }
});

test("for their first two minutes most fires are smaller than some cooking; in the end most are larger", () => {
  const fires = seeds.map((seed) => new Fire(new Random(seed), 1)).map((fire) => strongest(fire, fire.outS));
  const meals = Array.from({ length: 300 }, (_, seed) => new Cooking(new Random(seed), 1)).map((meal) => strongest(meal, meal.endS));
  const young = seeds.filter((seed) => strongest(new Fire(new Random(seed), 1), 120) < Math.max(...meals));
  expect(young.length).toBeGreaterThan(seeds.length / 2);
  const grown = fires.filter((fire) => fire > Math.max(...meals));
  expect(grown.length).toBeGreaterThan(0.8 * fires.length);
});

test("a schedule keeps its mean and never begins before the last has ended", () => {
  const begun: { startS: number; endS: number }[] = [];
  let nowS = 0;
  const schedule = new Schedule(new Random(2), {
    perDay: 24,
    begin: (random) => {
      const endS = random.between(100, 3_000);
      begun.push({ startS: nowS, endS: nowS + endS });
      return { endS, give: () => undefined };
    },
  });
  for (; nowS < 50 * 86_400; nowS += 10) schedule.at(nowS);
  begun.slice(1).forEach((each, i) => expect(each.startS).toBeGreaterThanOrEqual(begun[i]!.endS));
  expect(begun.length / 50).toBeGreaterThan(18);
  expect(begun.length / 50).toBeLessThan(26);
  const never = new Schedule<Happening>(new Random(2), { perDay: 0, begin: () => expect.unreachable() });
  for (let s = 0; s < 86_400; s += 60) expect(never.at(s)).toBeUndefined();
});
