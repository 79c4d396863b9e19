import { expect, test } from "vitest";
import { swarm } from "../../../../trainer/report/charts/swarm.ts";

test("a swarm colours dots by the rank of their value, and those without one apart", () => {
  const points = Array.from({ length: 10 }, (_, i) => ({ value: i < 9 ? 10 ** i : null, contribution: i - 5 }));
  const svg = swarm({ title: "T", says: "S.", axis: "x", rows: [{ name: "f", points }] })!.text;
  const row = svg.slice(svg.indexOf("<title>f</title>"));
  const dots = Object.fromEntries(Array.from(row.matchAll(/class="dots (\w+)" d="([^"]*)"/g), ([, colour, path]) => [colour!, path!.split("M").length - 1]));
  expect(dots).toEqual({ v0: 2, v1: 2, v2: 2, v3: 2, v4: 1, missing: 1 });
  expect(swarm({ title: "T", says: "S.", axis: "x", rows: [{ name: "f", points: [] }] })).toBeNull();
});

test("dots of one place are put apart, within their row", () => {
  const points = Array.from({ length: 200 }, () => ({ value: 1, contribution: 1 }));
  const svg = swarm({ title: "T", says: "S.", axis: "x", rows: [{ name: "f", points }] })!.text;
  const heights = Array.from(svg.slice(svg.indexOf("<title>f</title>")).matchAll(/M[\d.]+ ([\d.]+)h0/g), ([, y]) => Number(y));
  expect(new Set(heights).size).toBeGreaterThan(5);
  expect(Math.min(...heights)).toBeGreaterThan(1);
  expect(Math.max(...heights)).toBeLessThan(21);
});
