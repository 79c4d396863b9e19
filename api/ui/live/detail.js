import { byId, element, table } from "./element.js";
import { percent, time } from "./format.js";
import { colours } from "./sparkline.js";

const ROWS = 12;

/** One sensor, large: its probability over time with axes, and the same as a table. */
export class Detail {
  #dialog = byId("detail");
  #chart = null;
  #sensor = null;
  #threshold = null;
  #place = null;
  #values = null;
  #shownMs = 0;

  constructor() {
    this.#dialog.addEventListener("close", () => this.#close());
    addEventListener("resize", () => this.#chart?.setSize(sizeOf(this.#place)));
  }

  /** `actions`: buttons for the sensor. */
  async open(sensor, threshold, actions) {
    this.#sensor = sensor;
    this.#values = null;
    this.#threshold = threshold;
    const place = element("div", { class: "chart", role: "img", "aria-label": `Probability of ${sensor.name} over time; the table below says the same` });
    const values = element("div");
    this.#dialog.replaceChildren(
      element("div", { class: "bar" }, element("h2", { id: "detail-title", text: sensor.name }), element("button", { type: "button", text: "Close", onclick: () => this.#dialog.close() })),
      place,
      element("p", { class: "buttons" }, ...actions),
      element("details", {}, element("summary", { text: "The latest as a table" }), values),
    );
    this.#dialog.showModal();
    const isLoaded = await chartLibrary();
    if (this.#sensor !== sensor) return;
    this.#values = values;
    this.#fill();
    if (!isLoaded) {
      place.replaceWith(element("p", { class: "quiet", role: "status", text: "The chart could not be loaded. Close this and open it again." }));
      return;
    }
    const { line, rule } = colours(sensor.level);
    const ink = getComputedStyle(document.body).color;
    const axis = { stroke: ink, grid: { stroke: `color-mix(in srgb, ${rule} 25%, transparent)`, width: 1 }, ticks: { show: false } };
    const options = {
      ...sizeOf(place),
      series: [{}, { label: "Probability", stroke: line, width: 2, value: (_, value) => (value === null ? "" : percent(value)), points: { show: false } }, { label: "Threshold", stroke: rule, dash: [4, 4], width: 1, value: () => (threshold === null ? "" : percent(threshold)), points: { show: false } }],
      padding: [8, 30, 0, 0],
      axes: [{ ...axis, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600], size: 34, values: (_, ticks) => ticks.map((tick) => time(tick * 1000)), space: 80 }, { ...axis, values: (_, ticks) => ticks.map((tick) => `${Math.round(tick * 100)} %`), size: 60 }],
      scales: { x: { time: true }, y: { range: [0, 1] } },
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
    };
    this.#place = place;
    this.#chart = new globalThis.uPlot(options, this.#data(), place);
  }

  /** The sensor has news. */
  take(sensor) {
    if (sensor !== this.#sensor || !this.#values || performance.now() - this.#shownMs < 250) return;
    this.#shownMs = performance.now();
    this.#chart?.setData(this.#data());
    this.#fill();
  }

  #fill() {
    const { times, values } = this.#sensor;
    const rows = times.slice(-ROWS).map((at, i, all) => [time(at * 1000), percent(values[values.length - all.length + i])]).reverse();
    this.#values.replaceChildren(table(`The latest probabilities of ${this.#sensor.name}`, ["Time", "Probability"], rows));
  }

  #data() {
    const { times, values } = this.#sensor;
    const order = times.map((_, i) => i).sort((a, b) => times[a] - times[b]); // late readings come out of order
    return [order.map((i) => times[i]), order.map((i) => values[i]), order.map(() => this.#threshold)];
  }

  #close() {
    this.#chart?.destroy();
    this.#chart = null;
    this.#sensor = null;
  }
}

function sizeOf(place) {
  return { width: place.clientWidth, height: 260 };
}

let library = null;

/** Loaded when the first chart is opened. Whether it is there; where it is not, the next chart asks for it anew. */
function chartLibrary() {
  library ??= new Promise((resolve) => {
    const failed = () => {
      library = null;
      resolve(false);
    };
    document.head.append(element("link", { rel: "stylesheet", href: "ui/uplot.css" }), element("script", { src: "ui/uplot.js", onload: () => resolve(true), onerror: failed }));
  });
  return library;
}
