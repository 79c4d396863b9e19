import { expect, test } from "vitest";
import { benchPage } from "../../../bench/report/page.ts";
import { decoded, streamed } from "./results.ts";

const page = benchPage([decoded, streamed, { unknown: true }]);

test("each result is a section with its charts, its machine and its notes", () => {
  expect(page.match(/<section id="([^"]+)"/g)).toEqual(['<section id="decode-json"', '<section id="streams"']);
  expect(page.match(/<svg /g)).toHaveLength(3);
  expect(page).toContain("A note.");
  expect(page).toContain("a &#60;fast&#62; machine, 2 cores");
});

test("bars are as long as the medians are large, ours and peers apart, with the spread as a line", () => {
  const widths = [...page.matchAll(/<rect class="(ours|peer)" x="320" y="[\d.]+" width="(\d+)"/g)].map(([, kind, width]) => ({ kind, width: Number(width) }));
  const [kernel, parse] = widths;
  expect([kernel!.kind, parse!.kind]).toEqual(["ours", "peer"]);
  expect(parse!.width / kernel!.width).toBeCloseTo(4, 1);
  expect(page.match(/class="range"/g)).toHaveLength(widths.length);
});

test("the page says of each chart what it shows and which way is better, and asks for nothing beside it", () => {
  expect(page).toContain("ns a message; less is better");
  expect(page).toContain("predictions: readings a second, peers warm; more is better");
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|https?:\/\//);
  expect(page).toContain('<meta name="color-scheme" content="light dark">');
});

test("without results it is a page all the same", () => {
  expect(benchPage([])).toContain("<h1>Benchmarks</h1>");
});
