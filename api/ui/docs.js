/* Sends the requests of the page of the API. What an answer says is put in as text. */

/** What is read of an answer: one that does not end is cut off. */
const MOST_LETTERS = 20_000;
const PATIENCE_MS = 10_000;

const keyField = document.getElementById("key");

for (const form of document.querySelectorAll("form.try")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(form);
  });
}

async function answer(form) {
  const output = form.querySelector("output");
  output.replaceChildren(textElement("p", "Waiting for the answer …"));
  const startedMs = performance.now();
  try {
    const { response, text } = await send(form);
    const head = textElement("p", `${response.status} ${response.statusText} · ${response.headers.get("content-type") ?? "no body"} · ${Math.round(performance.now() - startedMs)} ms`);
    if (!response.ok) head.className = "bad";
    output.replaceChildren(head, textElement("pre", readable(text)));
  } catch (thrown) {
    const head = textElement("p", `No answer: ${thrown.message}`);
    head.className = "bad";
    output.replaceChildren(head);
  }
}

async function send(form) {
  const { method, path } = form.dataset;
  const query = new URLSearchParams();
  const headers = {};
  let place = path;
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.dataset.in === "path") place = place.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.value === "") continue;
    else if (field.dataset.in === "query") query.append(field.name, field.value);
    else headers[field.name] = field.value;
  }
  if (keyField.value !== "") headers.Authorization = `Bearer ${keyField.value}`;
  const body = form.querySelector("textarea")?.value || undefined;
  if (body !== undefined) headers["Content-Type"] = form.querySelector("select[name=media-type]")?.value ?? "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  const response = await fetch(query.size > 0 ? `${place}?${query}` : place, { method, headers, body, signal: stop.signal });
  let text = "";
  try {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader?.read(); read && !read.done && text.length < MOST_LETTERS; read = await reader.read()) text += read.value;
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
    text += `\n… cut off after ${PATIENCE_MS / 1000} s`;
  }
  clearTimeout(timer);
  stop.abort();
  return { response, text };
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function textElement(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
