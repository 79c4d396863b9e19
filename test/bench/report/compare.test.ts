import { expect, test } from "vitest";
import { compare, comparisonText } from "../../../bench/report/compare.ts";
import type { Kept, Series } from "../../../bench/report/kept.ts";
import { Random } from "../../../engine/simulator/random.ts";

const machine = { cpu: "a machine", cores: 2, load: 0 };

function kept(series: readonly Series[], changes: Partial<Kept> = {}): Kept {
  return { bench: "decode", date: "2026-01-01T00:00:00.000Z", commit: null, machine, series, ...changes };
}

/** Contestants whose runs are lognormal about their times. */
function drawn(random: Random, times: readonly number[], { noise = 0.04, runs = 5, peers = 0 } = {}): Series[] {
  return times.map((time, i) => ({ name: `${i}`, host: "Node 24.0.0", peer: i < peers, samples: Array.from({ length: runs }, () => time * Math.exp(noise * random.normal())) }));
}

const SEEDS = 200;
const ROWS = 12;
const times = Array.from({ length: ROWS }, (_, i) => 10 + i);

function judgements(now: readonly Series[], before: readonly Series[]): string[] {
  return compare(kept(before), kept(now)).changes.map(({ judgement }) => judgement);
}

test("noise alone makes none of twelve contestants slower, in at least 95 % of seeds", () => {
  const wrong = Array.from({ length: SEEDS }, (_, seed) => new Random(seed)).filter((random) => judgements(drawn(random, times), drawn(random, times)).includes("slower"));
  expect(wrong.length).toBeLessThanOrEqual(SEEDS * 0.05);
});

test("a contestant that takes 20 % longer is found in at least 95 % of seeds, and the others are left alone", () => {
  const found = Array.from({ length: SEEDS }, (_, seed) => {
    const random = new Random(1000 + seed);
    return judgements(drawn(random, times.map((time, i) => (i === 3 ? time * 1.2 : time))), drawn(random, times));
  });
  expect(found.filter((each) => each[3] === "slower").length).toBeGreaterThanOrEqual(SEEDS * 0.95);
  expect(found.filter((each) => each.toSpliced(3, 1).includes("slower")).length).toBeLessThanOrEqual(SEEDS * 0.05);
});

test("what got faster is told, and is no regression", () => {
  const random = new Random(1);
  expect(judgements(drawn(random, [7]), drawn(random, [10]))).toEqual(["faster"]);
});

test("a difference of three in a hundred is none, however sure it is", () => {
  const random = new Random(1);
  expect(judgements(drawn(random, [10.3], { noise: 0.001 }), drawn(random, [10], { noise: 0.001 }))).toEqual(["unchanged"]);
});

test("a machine that is half as fast today makes nothing slower where peers became slower with it", () => {
  const random = new Random(2);
  const { changes, notes } = compare(kept(drawn(random, times, { peers: 5 })), kept(drawn(random, times.map((time) => time * 2), { peers: 5 })));
  expect(changes.map(({ judgement }) => judgement)).toEqual(Array(ROWS - 5).fill("unchanged"));
  expect(notes.join()).toMatch(/Peers took (1\.9|2\.0)\d of their earlier time/);
});

test("a peer of another version tells nothing of the machine, and is named", () => {
  const before = { name: "JSON.parse", host: "Node 22.0.0", peer: true, samples: [1, 1, 1, 1, 1] };
  const { notes } = compare(kept([before]), kept([{ ...before, host: "Node 24.0.0", samples: [5, 5, 5, 5, 5] }]));
  expect(notes).toEqual(["Other versions: Node 22.0.0 then, Node 24.0.0 now."]);
});

test("with three runs on each side no difference can be told from noise, and that is said", () => {
  const random = new Random(3);
  expect(judgements(drawn(random, [20], { runs: 3 }), drawn(random, [10], { runs: 3 }))).toEqual(["too few runs"]);
});

test("runs of two machines are not compared", () => {
  expect(() => compare(kept([], { machine: { ...machine, cpu: "another" } }), kept([]))).toThrow(/was on another machine \(another, 2 cores/);
});

test("who is in one run alone is named, and the text has a line for each of the others", () => {
  const [a, b, c] = drawn(new Random(4), [1, 2, 3]) as [Series, Series, Series];
  const comparison = compare(kept([a, b]), kept([a, c]));
  expect(comparison.notes).toEqual(["In one of the runs alone: 2; 1."]);
  expect(comparisonText(comparison)).toMatch(/^unchanged +1\.000 +1\.000 +decode: 0$/m);
});
