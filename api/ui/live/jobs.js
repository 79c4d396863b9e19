import { part, send } from "./api.js";
import { byId, element, fill, table } from "./element.js";
import { dayTime } from "./format.js";

const AGAIN_MS = 15_000;

/** What runs by itself: when it did, how it ended, when it will. */
export async function showJobs() {
  setTimeout(() => void showJobs(), AGAIN_MS);
  const answer = await part("jobs");
  const section = byId("jobs");
  section.hidden = !answer || answer.jobs.length === 0;
  if (section.hidden || section.contains(document.activeElement)) return;
  const said = element("p", { class: "quiet", role: "status" });
  const run = async (name) => {
    try {
      await send("POST", `jobs/${encodeURIComponent(name)}/run`);
      said.textContent = `${name} has begun.`;
    } catch (thrown) {
      said.textContent = thrown.message;
    }
  };
  const rows = answer.jobs.map(({ name, title, next, running, last }) => [
    element("span", { title: last?.detail ?? "", text: title ?? name }),
    running ? "running" : last === null ? "never ran" : element("span", { class: last.outcome === "failed" ? "warned" : "", text: `${last.outcome}, ${dayTime(last.ended)}` }),
    next === null ? "–" : dayTime(next),
    element("button", { type: "button", "aria-label": `Run ${title ?? name} now`, disabled: running, text: "Run", onclick: () => run(name) }),
  ]);
  fill(section, element("h2", { id: "jobs-title", text: "Jobs" }), table("Jobs", ["Job", "Last", "Next", ""], rows), said);
}
