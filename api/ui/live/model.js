import { part } from "./api.js";
import { byId, element, fill, table } from "./element.js";
import { count, percent } from "./format.js";

const share = (value) => (value === null || value === undefined ? "–" : percent(value));

/** The model in use, and what it is worth on readings that it had not seen. Gives its threshold. */
export async function showModel() {
  const info = await part("model/info");
  const section = byId("model");
  section.hidden = info === null;
  if (info === null) return null;
  const rows = info.splits.filter(({ metrics }) => metrics !== null).map(({ title, meaning, metrics }) => [element("span", { title: meaning, text: title }), share(metrics.precision), share(metrics.recall), share(metrics.f1)]);
  fill(
    section,
    element("h2", { id: "model-title", text: "Model" }),
    element("p", {}, element("code", { text: info.version }), ` trained on: ${info.trained_on}`, info.training_rows === null ? "" : `, ${count(info.training_rows)} readings`, `. Threshold ${percent(info.threshold)}.`),
    rows.length > 0 ? table("Scores on readings that the model had not seen, by how they were held out", ["Held out", "Precision", "Recall", "F1"], rows) : element("p", { class: "quiet", text: "Nobody has written down what it is worth." }),
    info.findings.length > 0 ? element("details", {}, element("summary", { text: `${info.findings.length} found that make the scores too good` }), element("ul", {}, ...info.findings.map((text) => element("li", { text })))) : null,
    info.trial === null ? null : element("p", { class: "quiet", text: `On trial beside it: ${info.trial.model_version}, ${info.trial.mode}.` }),
  );
  return info.threshold;
}
