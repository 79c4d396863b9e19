import { html, type Html } from "../html.ts";
import type { Report } from "../report.ts";
import { countText, percentText, sentenceCase, valueText } from "../texts.ts";
import { FIRE, wordsOf, type Words } from "../../event-words.ts";

/** What the model is, what it learned from, and where it draws the line. */
export function headline({ model, data, rounds }: Report): Html {
  const isSimulated = isOfSimulation(model.trainedOn);
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["Version", model.version],
    ["Kind", `${countText(model.trees)} ${model.algorithm}`],
    ["Pipeline", model.pipeline ?? "none: a model from elsewhere"],
    ["Trained on", model.trainedOn],
    ["Readings", `${countText(data.rows)} of ${data.source}`],
    [`of them ${model.event}`, `${countText(data.positives)} (${percentText(data.rows > 0 ? data.positives / data.rows : null)})`],
  ];
  return html`<header id="model"><p class="kicker">Report of a model</p><h1>${model.name}</h1>
${isSimulated && html`<p class="warning simulated"><strong>Trained on simulated readings.</strong> ${rounds === null ? "It has never seen a real one." : `No figure on this page says how the model does ${inReality(wordsOf(model.event))}.`}</p>`}
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="threshold"><strong>${sentenceCase(model.event)} from ${valueText(model.threshold)} on.</strong> ${model.thresholdReason}</p></header>`;
}

/** Where no simulated reading is from: `in a real room`. */
export function inReality({ event, place }: Words): string {
  return event === FIRE ? `in a real ${place}` : `with a real ${place}`;
}

export function isOfSimulation(trainedOn: string): boolean {
  return trainedOn === "simulated";
}
