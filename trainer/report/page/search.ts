import { html, type Html } from "../html.ts";
import type { Report } from "../report.ts";
import type { SearchResult, Trial } from "../../search.ts";
import { counted, figureText, parameterText } from "../texts.ts";
import { absent, table, type Section } from "./section.ts";

/** The trials that the parameters were chosen from. */
export function searchSection({ search }: Report): Section {
  return { id: "search", title: "Models that were compared", content: search ? trialsOf(search) : absent("The report holds no trials of a search for parameters: there is nothing to compare with.") };
}

function trialsOf({ metric, folds, resource, rungs, trials }: SearchResult): Html {
  const rungColumns = rungs.map(({ share }, i) => ({ head: share === 1 ? `${metric}, all ${resource}` : `on 1/${Math.round(1 / share)}`, cell: ({ losses }: Trial) => figureText(losses[i] ?? null) }));
  const columns = [
    { head: "Rank", cell: ({ rank }: Trial) => rank },
    { head: "Trial", cell: ({ number }: Trial) => number },
    ...rungColumns,
    { head: "sd", cell: ({ sd }: Trial) => figureText(sd) },
    { head: "AUC", cell: ({ auc }: Trial) => figureText(auc?.mean ?? null) },
    { head: "Rounds", cell: ({ rounds }: Trial) => rounds },
    { head: "Parameters", cell: ({ parameters }: Trial) => Object.entries(parameters).map(([name, value]) => `${name}=${parameterText(typeof value === "number" ? Number(value.toPrecision(4)) : value)}`).join(" ") || "as given", isText: true },
  ];
  return html`<p class="warning"><strong>The best of many trials looks better than it is.</strong> Of ${counted(trials.length, "trial")} one is first by luck in part: judge it by the splits above, not by its line here.</p>${table(trials, columns, "Trials of the search, the best first")}<p class="note">Mean ${metric} of ${counted(folds, "fold")}; its standard deviation and the AUC are those of the last step that a trial came to.</p>`;
}
