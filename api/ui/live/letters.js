import { byId, element, fill, table } from "./element.js";
import { count, time } from "./format.js";

const MOST = 8;

let letters = [];

/** What could not be read or was not valid, the newest first. */
export function showLetters(all) {
  letters = all.slice(-MOST);
  draw();
}

export function addLetter(letter) {
  letters = [...letters, letter].slice(-MOST);
  draw();
}

function draw() {
  const section = byId("letters");
  section.hidden = letters.length === 0;
  const rows = [...letters].reverse().map(({ code, reason, topic, partition, offset, timestamp, count: number }) => [
    element("span", {}, element("code", { text: code }), number > 1 ? ` × ${count(number)}` : ""),
    element("span", { title: `${topic}, partition ${partition}, offset ${offset}`, text: reason }),
    timestamp === null ? `${partition}:${offset}` : time(timestamp),
  ]);
  fill(section, element("h2", { id: "letters-title", text: "Dead letters" }), table("Recent dead letters", ["Code", "Reason", "When"], rows));
}
