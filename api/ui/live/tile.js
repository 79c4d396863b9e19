import { element, setText } from "./element.js";
import { ago, percent } from "./format.js";
import { levels, SILENT_MS } from "./sensors.js";
import { colours, drawSparkline } from "./sparkline.js";

const words = { NONE: "calm", MEDIUM: "MEDIUM", HIGH: "HIGH", CRITICAL: "CRITICAL" };

/** One sensor among many: drawn when it is seen. */
export class Tile {
  constructor(sensor, onOpen) {
    this.sensor = sensor;
    this.isSeen = false;
    /** Among the others, when it was placed. */
    this.rank = 0;
    this.level = element("span", { class: "level" });
    this.value = element("span", { class: "value" });
    this.silence = element("span", { class: "silence quiet" });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    const button = element("button", { type: "button", class: "tile", onclick: () => onOpen(sensor) }, element("span", { class: "name", text: sensor.name, title: sensor.name }), this.level, this.value, this.silence, this.canvas);
    this.node = element("li", { "data-sensor": sensor.name }, button);
  }

  /** Takes the rank that its sensor has now. */
  rise() {
    this.rank = levels.indexOf(this.sensor.level);
    this.node.dataset.level = this.sensor.level;
  }

  /** Those that alarm come first, then by name. */
  isBefore({ rank, sensor }) {
    return this.rank === rank ? this.sensor.name.localeCompare(sensor.name, "en", { numeric: true }) < 0 : this.rank > rank;
  }

  /** `size`: of the canvas, as of {@link drawSparkline}. */
  draw(threshold, size) {
    const { sensor } = this;
    this.node.dataset.level = sensor.level;
    setText(this.level, words[sensor.level]);
    setText(this.value, percent(sensor.probability));
    this.tick();
    drawSparkline(this.canvas, sensor, threshold, { ...colours(sensor.level), size });
  }

  /** Time has passed. */
  tick() {
    const silentMs = performance.now() - this.sensor.heardMs;
    const isSilent = silentMs > SILENT_MS;
    setText(this.silence, isSilent ? `silent for ${ago(silentMs)}` : "");
    this.node.classList.toggle("silent", isSilent);
  }

  hide() {
    this.isSeen = false;
    this.canvas.width = 0; // gives its memory back
  }
}
