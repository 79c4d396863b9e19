import { element, table } from "./element.js";
import { percent, quantity, signed } from "./format.js";

/** Fields that are shown at once. */
const MOST_FIELDS = 6;

const bases = {
  window: ({ window }) => `What the model read when it raised this: the reading, and the ${window.readings - 1} readings of the sensor before it.`,
  reading: () => "What the model read when it raised this is not held any more: here is the reading alone, without those before it.",
};

/** Which fields raised an alert, the largest first. */
export function explanationView(answer) {
  const { basis, fields, contributions, probability, threshold, model_version: version } = answer;
  const most = Math.max(...fields.map(({ contribution }) => Math.abs(contribution)), 1e-9);
  const row = ({ field, unit, value, contribution }) => [field, quantity(value, unit), bar(contribution, most)];
  const features = contributions.slice(0, 20).map(({ feature, unit, value, contribution }) => [feature, quantity(value, unit), signed(contribution)]);
  return element(
    "div",
    { class: "explanation" },
    element("p", { text: `${bases[basis](answer)} Probability ${percent(probability)}, threshold ${percent(threshold)}, model ${version}.` }),
    table("What each field adds to the log odds of the event", ["Field", "Value", "Adds, log odds"], fields.filter(({ contribution }) => contribution !== 0).slice(0, MOST_FIELDS).map(row)),
    element("details", {}, element("summary", { text: "By feature" }), table("What each feature adds to the log odds", ["Feature", "Value", "Adds"], features)),
  );
}

/** Rightwards what speaks for the event, leftwards what speaks against it. */
function bar(contribution, most) {
  const share = (Math.abs(contribution) / most) * 50;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("bar-of", contribution < 0 ? "against" : "for");
  const rect = document.createElementNS(svg.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ x: contribution < 0 ? 50 - share : 50, y: 1, width: share, height: 8 })) rect.setAttribute(name, value);
  svg.append(rect);
  return element("span", { class: "contribution" }, svg, element("span", { text: signed(contribution) }));
}
