import { part } from "./api.js";
import { byId, element, fill, table } from "./element.js";

const MOST_FIELDS = 5;
const AGAIN_MS = 300_000;

/** How far the newest readings are from those that the model learned from. */
export async function showDrift() {
  setTimeout(() => void showDrift(), AGAIN_MS);
  const answer = await part("drift");
  const section = byId("drift");
  section.hidden = answer === null;
  if (answer === null) return;
  const rows = answer.fields.filter(({ distance }) => distance !== null).slice(0, MOST_FIELDS).map(({ field, distance, threshold, drifted }) => [field, distance.toFixed(2), threshold.toFixed(2), element("span", { class: drifted ? "warned" : "quiet", text: drifted ? "drifted" : "as learned" })]);
  fill(
    section,
    element("h2", { id: "drift-title", text: "Drift" }),
    element("p", { text: answer.detail }),
    rows.length > 0 ? table("Distance of the newest readings from those of the training, the farthest fields first", ["Field", "Distance", "Limit", "That is"], rows) : null,
  );
}
