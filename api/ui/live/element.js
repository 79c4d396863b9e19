/** Makes an element: attributes by name, `on…` listeners, children as nodes or text. Text is never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "text") made.textContent = value;
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Puts other children into an element; null is none. */
export function fill(node, ...children) {
  node.replaceChildren(...children.filter((child) => child !== null));
}

export const byId = (id) => document.getElementById(id);

/** Sets text only where it is another: the rest costs a layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A table with a caption for those who hear it; the first cell of a row is its head. */
export function table(caption, head, rows) {
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", { class: "unseen", text: caption }),
      element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col", text })))),
      element("tbody", {}, ...rows.map(([first, ...rest]) => element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => element("td", {}, cell))))),
    ),
  );
}
