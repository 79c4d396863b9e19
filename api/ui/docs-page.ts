import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { exampleOf, type OpenApi, type Operation } from "./open-api.ts";

const style = readFileSync(new URL("./docs.css", import.meta.url), "utf8");
const script = readFileSync(new URL("./docs.js", import.meta.url), "utf8");
const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page asks nobody but this server, and runs nothing but its own script. */
export const docsPolicy = ["default-src 'none'", `style-src ${hashOf(style)}`, `script-src ${hashOf(script)}`, "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join("; ");

/** An OpenAPI document as a page on which every operation can be tried. Needs nothing beside itself. */
export function docsPage(document: OpenApi): string {
  const { title, version, description = "" } = document.info;
  const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  const groups = Map.groupBy(operations, ({ path }) => path.split("/")[1]!.replace(/\.\w+$/, "") || "this API");
  const sections = [...groups].map(([name, all]) => `<section><h2>${escape(name)}</h2>${all.map((each) => operationText(document, each)).join("")}</section>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${escape(title)}</title><style>${style}</style></head>
<body><header><h1>${escape(title)}</h1><p>${escape(description)} Version ${escape(version)}. <a href="openapi.json">The document</a> that this page shows, OpenAPI 3.1.</p>
<label>API key, where the server asks for one; it stays on this page <input id="key" autocomplete="off" spellcheck="false"></label></header>
<main>${sections.join("\n")}</main><script>${script}</script></body></html>
`;
}

function operationText(document: OpenApi, { path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const roles = (operation.security ?? []).flatMap((each) => Object.values(each).flat());
  const role = roles.length === 0 ? "" : `<p class="role">Where keys are asked for, the key's role must be ${escape(roles.join(" or "))}.</p>`;
  const answers = Object.entries(operation.responses).map(([status, { description, content = {} }]) => `<tr><td>${escape(status)}</td><td>${escape(description)}</td><td>${Object.keys(content).map((type) => `<code>${escape(type)}</code>`).join("<br>")}</td></tr>`);
  return `<details class="operation"><summary><span class="verb">${method}</span><span class="path">${escape(path)}</span><span class="said">${escape(operation.summary ?? "")}</span></summary><div>
${role}${formText(document, path, method, operation)}
<table><thead><tr><th>Status</th><th>Meaning</th><th>Media type</th></tr></thead><tbody>${answers.join("")}</tbody></table>${answerText(document, operation)}</div></details>`;
}

function formText(document: OpenApi, path: string, method: string, { parameters = [], requestBody }: Operation): string {
  const fields = parameters.map(({ name, in: place, required = false, description = "", schema }) => {
    const example = schema?.default ?? (required ? schema?.example : undefined) ?? "";
    return `<label><code>${escape(name)}</code> (${escape(place)}${required ? ", needed" : ""}) ${escape(description)}<input name="${escape(name)}" data-in="${escape(place)}" value="${escape(typeof example === "string" ? example : JSON.stringify(example))}"${required ? " required" : ""}></label>`;
  });
  return `<form class="try" data-method="${method}" data-path="${escape(path)}">${fields.join("")}${requestBody ? bodyText(document, requestBody) : ""}<p><button>Send</button></p><output aria-live="polite"></output></form>`;
}

function bodyText(document: OpenApi, { content, description = "" }: NonNullable<Operation["requestBody"]>): string {
  const types = Object.keys(content).map((type) => `<option>${escape(type)}</option>`);
  const example = JSON.stringify(exampleOf(document, content["application/json"]?.schema), null, 2);
  return `<label>Body. ${escape(description)}<textarea rows="${Math.min(16, example.split("\n").length)}" spellcheck="false">${escape(example)}</textarea></label><label>Media type<select name="media-type">${types.join("")}</select></label>`;
}

/** What a good answer looks like. */
function answerText(document: OpenApi, { responses }: Operation): string {
  const schema = (responses["200"] ?? responses["202"])?.content?.["application/json"]?.schema;
  return schema ? `<details><summary>The shape of the answer</summary><pre>${escape(JSON.stringify(exampleOf(document, schema), null, 2))}</pre></details>` : "";
}

function escape(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replaceAll(/[&<>"']/g, (letter) => names[letter]!);
}
