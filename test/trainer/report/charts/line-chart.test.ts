import { describe, expect, test } from "vitest";
import { lineChart } from "../../../../trainer/report/charts/line-chart.ts";

const axes = { title: "T", says: "S.", x: { name: "x (s)", from: 0, to: 1 }, y: { name: "y", from: 0, to: 1 } };

describe("a line chart", () => {
  test("goes through its points, from left below to right above, in the colour of its series", () => {
    const svg = lineChart({ ...axes, series: [{ name: "one", colour: 2, points: [[0, 0], [0.5, 0.25], [1, 1]] }] })!.text;
    expect(svg).toContain('<path class="line s2" d="M46 228L195 178.5L344 30"/>');
    expect(svg).toContain('role="img" aria-label="T. S."');
    expect(svg).toMatch(/class="axis"[^>]*>x \(s\)</);
  });

  test("leaves series without points out of its legend, and is nothing without any", () => {
    const series = [{ name: "empty", colour: 0, points: [] }, { name: "there", colour: 1, points: [[0, 1]] as const }];
    const svg = lineChart({ ...axes, series })!.text;
    expect(svg).toContain("there</li>");
    expect(svg).not.toContain("empty");
    expect(lineChart({ ...axes, series: series.slice(0, 1) })).toBeNull();
  });

  test("goes by steps where there is nothing between two points", () => {
    expect(lineChart({ ...axes, isStepped: true, series: [{ name: "one", colour: 0, points: [[0, 0], [0.5, 1], [1, 0]] }] })!.text).toContain('d="M46 228H195V30H344V228"');
  });

  test("makes a single point a dot, and marks the chosen one", () => {
    const svg = lineChart({ ...axes, series: [{ name: "one", colour: 0, points: [[1, 1]], chosen: [0, 0] }] })!.text;
    expect(svg).toContain('<path class="dots s0" d="M344 30h0"/>');
    expect(svg).toContain('<circle class="chosen s0" cx="46" cy="228" r="5">');
    expect(lineChart({ ...axes, series: [{ name: "one", colour: 0, points: [], chosen: [0, 0] }] })!.text).toContain("chosen s0");
  });
});

test("a long number at the right end stands inside the picture, and what a line goes back to is faint", () => {
  const points = [[0, 0], [9000, 1]] as const;
  const { text } = lineChart({ title: "", says: "", x: { name: "rate", isLogarithmic: true }, y: { name: "share" }, series: [{ name: "before", colour: 1, isFaint: true, points }, { name: "after", colour: 1, points }] })!;
  const at = Number(/<text x="([\d.]+)"[^>]*>10,000</.exec(text)![1]);
  expect(at + 18).toBeLessThanOrEqual(360);
  expect(text.match(/class="line s1 faint"/g)).toHaveLength(2);
  expect(text.match(/class="line s1"/g)).toHaveLength(2);
});
