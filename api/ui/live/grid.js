import { byId, setText } from "./element.js";
import { count } from "./format.js";
import { Sensor } from "./sensors.js";
import { Tile } from "./tile.js";

/** Tiles that are made: of more sensors those that alarm, and those that are looked for. */
const MOST_TILES = 1200;

/** Of a frame, for drawing: the rest is for whoever scrolls or types. */
const SLICE_MS = 6;

/** All sensors as small multiples. Nothing is drawn that is not seen, and never more in a frame than it has time for. */
export class Grid {
  #sensors = new Map();
  #tiles = new Map();
  #stale = new Set();
  #unplaced = new Set();
  #threshold = null;
  #filter = "";
  #isFrameAsked = false;
  /** Of every tile's canvas; null: not measured yet. */
  #size = null;
  #onOpen;
  #list = byId("grid");
  #watch;

  constructor(onOpen) {
    this.#onOpen = onOpen;
    this.#watch = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "100px" });
    byId("filter").addEventListener("input", (event) => this.#filterBy(event.target.value));
    setInterval(() => this.#tick(), 1000);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
    addEventListener("resize", () => {
      this.#size = null;
      this.#redraw();
    });
  }

  get names() {
    return [...this.#sensors.keys()];
  }

  get threshold() {
    return this.#threshold;
  }

  set threshold(threshold) {
    this.#threshold = threshold;
    this.#redraw();
  }

  sensor(name) {
    return this.#sensors.get(name) ?? null;
  }

  take(prediction) {
    const name = prediction.sensor_id;
    let sensor = this.#sensors.get(name);
    if (!sensor) this.#sensors.set(name, (sensor = new Sensor(name)));
    const before = sensor.level;
    const isNew = sensor.timestamp === null;
    sensor.take(prediction);
    if (isNew || before !== sensor.level) this.#unplaced.add(sensor);
    if (this.#tiles.get(name)?.isSeen) this.#stale.add(sensor);
    this.#ask();
  }

  #ask() {
    if (this.#isFrameAsked) return;
    this.#isFrameAsked = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.#isFrameAsked = false;
    if (this.#stale.size > 0) this.#measure();
    const until = performance.now() + SLICE_MS;
    const isInTime = () => performance.now() < until;
    const hadNews = this.#unplaced.size > 0;
    for (const sensor of this.#unplaced) {
      if (!isInTime()) break;
      this.#unplaced.delete(sensor);
      this.#place(sensor);
    }
    for (const sensor of this.#stale) {
      if (!isInTime()) break;
      this.#stale.delete(sensor);
      const tile = this.#tiles.get(sensor.name);
      if (tile?.isSeen && this.#size) tile.draw(this.#threshold, this.#size);
    }
    if (hadNews) this.#say();
    if (this.#unplaced.size + this.#stale.size > 0) this.#ask();
  }

  /** Before anything of the frame has changed. */
  #measure() {
    if (this.#size) return;
    for (const { isSeen, canvas } of this.#tiles.values()) {
      if (!isSeen || canvas.clientWidth === 0) continue;
      this.#size = { width: canvas.clientWidth, height: canvas.clientHeight };
      return;
    }
  }

  /** Where it belongs, which is behind those that come before it. */
  #place(sensor) {
    let tile = this.#tiles.get(sensor.name);
    if (!tile) {
      if (!this.#isWanted(sensor) || (this.#tiles.size >= MOST_TILES && sensor.level === "NONE")) return;
      tile = new Tile(sensor, this.#onOpen);
      this.#tiles.set(sensor.name, tile);
      this.#watch.observe(tile.node);
    } else if (document.activeElement && tile.node.contains(document.activeElement)) {
      this.#stale.add(sensor); // moved, it would lose the focus
      return;
    }
    tile.node.remove();
    tile.rise();
    const all = this.#list.children;
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tiles.get(all[middle].dataset.sensor).isBefore(tile)) low = middle + 1;
      else high = middle;
    }
    this.#list.insertBefore(tile.node, all[low] ?? null);
  }

  #isWanted({ name, level }) {
    return this.#filter === "" || `${name} ${level === "NONE" ? "calm" : level}`.toLowerCase().includes(this.#filter);
  }

  #filterBy(text) {
    this.#filter = text.trim().toLowerCase();
    for (const { node, sensor } of this.#tiles.values()) {
      if (this.#isWanted(sensor)) continue;
      this.#watch.unobserve(node);
      this.#tiles.delete(sensor.name);
      node.remove();
    }
    for (const sensor of this.#sensors.values()) if (!this.#tiles.has(sensor.name) && this.#isWanted(sensor)) this.#unplaced.add(sensor);
    this.#say();
    this.#ask();
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const tile = this.#tiles.get(target.dataset.sensor);
      if (!tile) continue;
      if (isIntersecting) {
        tile.isSeen = true;
        this.#stale.add(tile.sensor);
      } else tile.hide();
    }
    this.#ask();
  }

  #tick() {
    for (const tile of this.#tiles.values()) if (tile.isSeen) tile.tick();
  }

  #redraw() {
    for (const tile of this.#tiles.values()) if (tile.isSeen) this.#stale.add(tile.sensor);
    this.#ask();
  }

  #say() {
    const all = this.#sensors.size;
    let [alarming, wanted] = [0, 0];
    for (const sensor of this.#sensors.values()) {
      if (sensor.level !== "NONE") alarming++;
      if (this.#isWanted(sensor)) wanted++;
    }
    setText(byId("sensor-count"), `${count(all)}${alarming > 0 ? `, ${count(alarming)} above the threshold` : ""}`);
    byId("sensors-empty").hidden = wanted > 0;
    setText(byId("sensors-empty"), all === 0 ? "Waiting for the first readings." : "No sensor has this name or level.");
    const unmade = wanted > MOST_TILES ? wanted - MOST_TILES : 0;
    byId("sensors-more").hidden = unmade === 0;
    setText(byId("sensors-more"), `${count(unmade)} more are not shown: filter for them. Those that alarm are always shown.`);
  }
}
