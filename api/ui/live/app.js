import { Alerts } from "./alerts.js";
import { get, hasKey, useKey, whenRefused } from "./api.js";
import { Connection } from "./connection.js";
import { Detail } from "./detail.js";
import { showDrift } from "./drift.js";
import { byId, element, setText } from "./element.js";
import { Grid } from "./grid.js";
import { showJobs } from "./jobs.js";
import { addLetter, showLetters } from "./letters.js";
import { showModel } from "./model.js";
import { Simulation } from "./simulation.js";
import { showStats } from "./stats.js";

const words = { connected: "connected", reconnecting: "reconnecting", refused: "a key is needed", connecting: "connecting" };

/** After a request that failed. */
const AGAIN_MS = 3000;

const alerts = new Alerts();
const detail = new Detail();
const grid = new Grid(open);
const simulation = new Simulation(() => grid.names);
let hasBegun = false;

const connection = new Connection({
  state(state) {
    const shown = byId("connection");
    shown.dataset.state = state;
    setText(shown, words[state]);
  },
  snapshot(snapshot) {
    byId("key").hidden = true;
    setText(byId("pipeline"), snapshot.pipeline);
    document.title = `Mangrove: ${snapshot.pipeline}`;
    grid.threshold = snapshot.threshold;
    for (const prediction of snapshot.predictions) grid.take(prediction);
    alerts.show(snapshot.alerts);
    showLetters(snapshot.dead_letters);
    if (snapshot.stats) showStats(snapshot.stats);
    if (!hasBegun) void beginOthers();
  },
  event: (kind, data) => handlers[kind]?.(data),
  gap: (missed) => notice(`${missed === null ? "Some events were" : `${missed} ${missed === 1 ? "event was" : "events were"}`} missed; what is shown was loaded anew.`),
});

const handlers = {
  prediction(data) {
    grid.take(data);
    detail.take(grid.sensor(data.sensor_id));
  },
  alert: (data) => alerts.add(data),
  acknowledged: () => alerts.refresh(),
  stats: showStats,
  dead_letter: addLetter,
  model: () => void newModel(),
};

/** The rest of the page, once the stream is on it and the service says what it has. */
async function beginOthers() {
  hasBegun = true;
  const index = await get("./").catch(() => null);
  if (index === null) {
    setTimeout(() => void beginOthers(), AGAIN_MS);
    return;
  }
  const { endpoints } = index;
  const has = (method, path) => endpoints.some((each) => each.method === method && each.path === path);
  if (has("GET", "/alerts")) alerts.useDesk();
  void newModel();
  void simulation.begin();
  void showDrift();
  if (has("GET", "/jobs")) void showJobs();
}

async function newModel() {
  const threshold = await showModel();
  if (threshold !== null) grid.threshold = threshold;
}

function open(sensor) {
  const light = simulation.hasRooms ? [element("button", { type: "button", text: "Light a fire in its room", onclick: () => simulation.light(sensor.name) })] : [];
  void detail.open(sensor, grid.threshold, light);
}

let noticeTimer = null;
function notice(text) {
  const shown = byId("notice");
  shown.hidden = false;
  setText(shown, text);
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (shown.hidden = true), 10_000);
}

whenRefused(({ message }) => {
  byId("key").hidden = false;
  setText(byId("key-said"), hasKey() ? message : "");
});
byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  useKey(byId("key-input").value.trim());
  byId("key-input").value = "";
  connection.retry();
});

void connection.run();
