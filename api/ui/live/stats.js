import { byId, element, setText } from "./element.js";
import { count } from "./format.js";

const shown = [
  ["readings / s", ({ readings_per_second: rate }) => count(Math.round(rate))],
  ["lag", ({ lag_seconds: lag }) => (lag === null ? "–" : `${lag.toFixed(1)} s`)],
  ["readings", ({ readings }) => count(readings)],
  ["alerts", ({ alerts }) => count(alerts)],
  ["late", ({ late }) => (late === null ? "–" : count(late))],
  ["dead letters", ({ dead_letters: letters }) => count(letters)],
];

const cells = shown.map(() => element("dd", { text: "–" }));

byId("counts").append(...shown.map(([name], i) => element("div", {}, element("dt", { text: name }), cells[i])));

/** Counts of the stream. */
export function showStats(stats) {
  shown.forEach(([, text], i) => setText(cells[i], text(stats)));
}
