import { get, send } from "./api.js";
import { byId, element, setText } from "./element.js";
import { explanationView } from "./explanation.js";
import { dayTime } from "./format.js";

/** Alerts that are shown. */
const MOST = 50;

/** Who hears the page is told no more often. */
const SAY_MS = 5000;

/** Alerts as they happen, each with why, and where the service keeps them with a button that says: seen. */
export class Alerts {
  #items = new Map();
  #hasDesk = false;
  #unsaid = [];
  #isSaying = false;
  #isAsking = false;
  #list = byId("alert-list");

  /** Of a snapshot, the newest last: no news. */
  show(alerts) {
    this.#merge([...alerts].reverse());
    this.refresh();
  }

  add(alert) {
    if (this.#items.has(alert.alert_id)) return;
    this.#merge([alert]);
    this.#unsaid.push(alert);
    if (!this.#isSaying) this.#sayIn(300);
    this.refresh();
  }

  /** The service keeps alerts, and takes that they are acknowledged. */
  useDesk() {
    this.#hasDesk = true;
    this.refresh();
  }

  /** What the service says of them, soon. */
  refresh() {
    if (!this.#hasDesk || this.#isAsking) return;
    this.#isAsking = true;
    setTimeout(() => void this.#ask(), 300);
  }

  async #ask() {
    this.#isAsking = false;
    const { alerts } = await get(`alerts?limit=${MOST}`).catch(() => ({ alerts: [] }));
    this.#merge(alerts.map(({ id, sensor_id: sensor, timestamp, severity, message }) => ({ alert_id: id, sensor, timestamp, severity, message })));
    for (const alert of alerts) this.#mark(alert);
  }

  /** Puts those that are not shown where they belong: behind the next newer one of `alerts`, the newest first; the first ones before what is not newer. */
  #merge(alerts) {
    const first = alerts[0] ? Date.parse(alerts[0].timestamp) : NaN;
    let next = [...this.#list.children].find((node) => Date.parse(node.querySelector("time").dateTime) <= first) ?? null;
    for (const alert of alerts) {
      const known = this.#items.get(alert.alert_id);
      if (known) {
        next = known.node.nextElementSibling;
        continue;
      }
      const item = this.#item(alert);
      this.#items.set(alert.alert_id, item);
      this.#list.insertBefore(item.node, next);
    }
    while (this.#items.size > MOST) {
      this.#items.delete(this.#list.lastElementChild.dataset.alert);
      this.#list.lastElementChild.remove();
    }
    byId("alerts-empty").hidden = this.#items.size > 0;
  }

  #item(alert) {
    const { alert_id: id, sensor, timestamp, severity, message } = alert;
    const reason = element("div", { id: `why-${id}`, hidden: true });
    const why = element("button", { type: "button", "aria-expanded": "false", "aria-controls": `why-${id}`, "aria-label": `Explain the alert of ${sensor}`, text: "Explain", onclick: () => this.#explain(id, why, reason) });
    const acknowledge = element("button", { type: "button", hidden: true, "aria-label": `Acknowledge the alert of ${sensor}`, text: "Acknowledge", onclick: () => this.#acknowledge(id) });
    const said = element("span", { class: "quiet" });
    const node = element(
      "li",
      { class: "alert", "data-level": severity, "data-alert": id },
      element("p", {}, element("span", { class: "level", text: severity }), element("time", { class: "quiet", datetime: timestamp, text: dayTime(timestamp) })),
      element("p", { class: "message", text: message }),
      element("p", { class: "buttons" }, why, acknowledge, said),
      reason,
    );
    return { node, acknowledge, said };
  }

  async #explain(id, button, reason) {
    if (!reason.hidden) {
      reason.hidden = true;
      button.setAttribute("aria-expanded", "false");
      return;
    }
    try {
      reason.replaceChildren(explanationView(await get(`alerts/${encodeURIComponent(id)}/explanation`)));
    } catch (thrown) {
      reason.replaceChildren(element("p", { class: "quiet", text: thrown.message }));
    }
    reason.hidden = false;
    button.setAttribute("aria-expanded", "true");
  }

  async #acknowledge(id) {
    const { said } = this.#items.get(id);
    try {
      this.#mark(await send("POST", `alerts/${encodeURIComponent(id)}/acknowledge`));
    } catch (thrown) {
      setText(said, thrown.message);
    }
  }

  #mark({ id, state, acknowledged }) {
    const item = this.#items.get(id);
    if (!item) return;
    const isOpen = state === "open";
    item.acknowledge.hidden = !isOpen;
    item.node.classList.toggle("acknowledged", !isOpen);
    if (!isOpen) setText(item.said, `Acknowledged${acknowledged?.by ? ` by ${acknowledged.by}` : ""}`);
  }

  #sayIn(ms) {
    this.#isSaying = true;
    setTimeout(() => this.#say(), ms);
  }

  /** One sentence for all that came since the last one. */
  #say() {
    const last = this.#unsaid.at(-1);
    if (!last) {
      this.#isSaying = false;
      return;
    }
    const others = this.#unsaid.length - 1;
    setText(byId("alerts-live"), `Alert, ${last.severity}: ${last.message}${others > 0 ? ` And ${others} more.` : ""}`);
    this.#unsaid = [];
    this.#sayIn(SAY_MS);
  }
}
