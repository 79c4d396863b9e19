import { part, send } from "./api.js";
import { byId, element, fill, setText } from "./element.js";
import { dayTime } from "./format.js";

const AGAIN_MS = 3000;

/** Rooms that are offered; of more, the page of each has the button too. */
const MOST_ROOMS = 500;

const speeds = [[0, "Pause"], [1, "1×"], [5, "5×"], [20, "20×"], [60, "60×"]];

/** The simulation that gives the readings: a fire in a room, and how fast time passes. */
export class Simulation {
  #section = byId("simulation");
  #names;
  #said = element("p", { class: "quiet", role: "status" });
  #clock = element("span", { class: "quiet" });
  #rooms = element("select", { id: "room" });
  #buttons = speeds.map(([speed, text]) => element("button", { type: "button", "data-speed": speed, "aria-label": speed === 0 ? "Pause" : `${speed} times real time`, text, onclick: () => this.#hurry(speed) }));
  #fires = element("p", { class: "quiet" });
  hasRooms = false;

  /** `names`: the sensors that are known by now. */
  constructor(names) {
    this.#names = names;
  }

  async begin() {
    const state = await part("simulation");
    if (state === null) return;
    this.hasRooms = state.has_rooms;
    const light = element("form", { class: "buttons", onsubmit: (event) => (event.preventDefault(), this.light(this.#rooms.value)) }, element("label", { for: "room", text: "Room of" }), this.#rooms, element("button", { id: "light", text: "Light a fire" }));
    fill(
      this.#section,
      element("div", { class: "bar" }, element("h2", { id: "simulation-title", text: "Simulation" }), this.#clock),
      ...(state.has_rooms ? [light, this.#fires] : []),
      ...(state.speed === null ? [] : [element("div", { class: "buttons", role: "group", "aria-label": "Speed" }, ...this.#buttons)]),
      this.#said,
    );
    this.#section.hidden = false;
    this.#show(state);
    setInterval(() => {
      if (document.visibilityState === "visible") void this.#refresh();
    }, AGAIN_MS);
  }

  async light(sensor) {
    try {
      await send("POST", "simulation/fires", { sensor_id: sensor });
      setText(this.#said, `A fire burns in the room of ${sensor}. It takes a while to grow.`);
      await this.#refresh();
    } catch (thrown) {
      setText(this.#said, thrown.message);
    }
  }

  async #hurry(speed) {
    try {
      this.#show(await send("PUT", "simulation/speed", { speed }));
      setText(this.#said, "");
    } catch (thrown) {
      setText(this.#said, thrown.message);
    }
  }

  async #refresh() {
    const state = await part("simulation").catch(() => null);
    if (state) this.#show(state);
  }

  #show({ time, speed, most_speed: most, fires }) {
    setText(this.#clock, time === null ? "" : dayTime(time));
    this.#buttons.forEach((button, i) => {
      button.setAttribute("aria-pressed", String(speeds[i][0] === speed));
      button.disabled = speeds[i][0] > most;
    });
    const burning = [...new Set(fires.filter(({ burning: does }) => does).map(({ sensor_id: sensor }) => sensor))];
    setText(this.#fires, burning.length === 0 ? "" : `Burning: ${burning.join(", ")}`);
    const names = this.#names().slice(0, MOST_ROOMS);
    if (names.length !== this.#rooms.options.length) {
      const chosen = this.#rooms.value;
      this.#rooms.replaceChildren(...names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((name) => element("option", { value: name, text: name })));
      if (chosen !== "") this.#rooms.value = chosen;
    }
  }
}
