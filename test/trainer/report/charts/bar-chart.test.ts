import { expect, test } from "vitest";
import { barChart } from "../../../../trainer/report/charts/bar-chart.ts";

test("bars are as long as their values, and the longest leaves room for its text", () => {
  const svg = barChart({ title: "T", says: "S.", bars: [{ name: "a", value: 4, text: "four" }, { name: "b", value: 1, text: "one" }, { name: "c", value: 0, text: "none" }] })!.text;
  const widths = Array.from(svg.matchAll(/<rect[^>]* width="([\d.]+)"/g), ([, width]) => Number(width));
  expect(widths).toEqual([136, 34, 0]);
  expect(barChart({ title: "T", says: "S.", bars: [] })).toBeNull();
  expect(barChart({ title: "T", says: "S.", bars: [{ name: "a", value: 0, text: "0" }] })!.text).not.toContain("NaN");
});
