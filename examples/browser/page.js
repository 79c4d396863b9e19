import { Forest } from "./mangrove/kernel-as/browser.js";

const form = document.querySelector("form");
const output = document.querySelector("output");
const forest = await Forest.open("model.json");

form.append(...forest.features.map((name) => {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { name, type: "number", step: "any", placeholder: "missing" });
  label.append(name, input);
  return label;
}));
form.addEventListener("input", show);
show();

function show() {
  const row = Float64Array.from(form.querySelectorAll("input"), ({ value }) => (value === "" ? NaN : Number(value)));
  const contributions = forest.contributions(row);
  const greatest = forest.features.map((name, i) => ({ name, adds: contributions[i] })).sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)).slice(0, 5);
  output.textContent = [`prediction ${forest.predict(row)[0]}`, ...greatest.map(({ name, adds }) => `${adds.toFixed(3).padStart(8)}  ${name}`)].join("\n");
}
