import { describe, expect, test } from "vitest";
import { reportPage } from "../../../trainer/report/page.ts";
import type { Report } from "../../../trainer/report/report.ts";
import { bareReport, madeReport } from "../../fixtures/report.ts";

const report = madeReport();
const page = reportPage(report);

/** The text of a section, without markup. */
function textOf(id: string, of: string = page): string {
  const section = new RegExp(`<(section|header) id="${id}">(.*?)</\\1>`, "s").exec(of)?.[2] ?? "";
  return section.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

describe("the page needs nothing beside it", () => {
  test("no script, no link to elsewhere, and a policy that allows none", () => {
    expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\son\w+=/i);
    expect(Array.from(page.matchAll(/href="([^"]*)"/g), ([, target]) => target![0])).toSatisfy((all: string[]) => all.length > 10 && all.every((first) => first === "#"));
  });

  test("it is far below a megabyte, and the same report gives the same page", () => {
    expect(page.length).toBeLessThan(500_000);
    expect(reportPage(madeReport())).toBe(page);
  });

  test("every entry of its index leads to a section", () => {
    const targets = Array.from(page.matchAll(/href="#([^"]*)"/g), ([, id]) => id!);
    expect(targets).toEqual(["splits", "findings", "alarms", "ranking", "calibration", "confusion", "recordings", "rounds", "importance", "data", "search", "cost", "parameters"]);
    for (const id of targets) expect(page).toContain(`<section id="${id}"><h2>`);
  });

  test("its pictures have a role and say what they show, and no coordinate is broken", () => {
    const pictures = page.match(/<svg(?! class="swatch)[^>]*>/g)!;
    expect(pictures).toHaveLength(11);
    for (const picture of pictures) expect(picture).toMatch(/role="img" aria-label="[^"]{20,}"/);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});

describe("what is told", () => {
  test("a model of simulated rooms says so above all else", () => {
    const simulated = reportPage({ ...report, model: { ...report.model, trainedOn: "simulated" } });
    expect(textOf("model", simulated)).toContain("Trained on simulated readings. No figure on this page says how the model does in a real room.");
    expect(simulated).toContain("<title>smoke_detection_model (simulated): report</title>");
    expect(textOf("model")).not.toContain("simulated");
    const evaluated = textOf("model", reportPage({ ...report, rounds: null, model: { ...report.model, trainedOn: "simulated" } }));
    expect(evaluated).toContain("Trained on simulated readings. It has never seen a real one.");
    expect(textOf("model", reportPage({ ...report, model: { ...report.model, trainedOn: "simulated.csv (sha256 0123456789ab)" } }))).not.toContain("Trained on simulated readings.");
  });

  test("a model of another subject speaks of what it looks for, and of sensors", () => {
    const neutral = JSON.parse(JSON.stringify(report), (_, value: unknown) => (typeof value === "string" ? value.replaceAll(/fires?|rooms?/gi, "…") : value)) as Report;
    const of = reportPage({ ...neutral, model: { ...neutral.model, event: "leak", trainedOn: "simulated" } });
    for (const [id, told] of [["model", "of them leak"], ["model", "Leak from"], ["model", "does with a real sensor"], ["splits", "share of what is called leak that is leak"], ["alarms", "Spells of leak found and false alarms"], ["confusion", "called leak"], ["ranking", "Telling leak from no leak"]] as const) {
      expect(textOf(id, of), id).toContain(told);
    }
    expect(of.match(/.{30}\b(fire|room)s?\b.{30}/gi)).toBeNull();
  });

  test("figures with their intervals, a verdict, a split that could not be made", () => {
    const text = textOf("splits");
    const { measures, intervals } = report.splits[1]!.judgement!;
    expect(text).toContain(measures.auc!.toFixed(4));
    expect(text).toContain(`${intervals.of.auc!.low.toFixed(3)} … ${intervals.of.auc!.high.toFixed(3)}`);
    expect(text).toContain(report.splits[2]!.verdict!);
    expect(text).toContain("days left out Needs at least two days.");
  });

  test("findings, fires and alarms, trials, time and memory", () => {
    for (const { sentence } of report.findings) expect(textOf("findings")).toContain(sentence);
    expect(textOf("alarms")).toContain("Share found");
    expect(textOf("search")).toContain("The best of many trials looks better than it is.");
    expect(textOf("cost")).toContain("Time, 15.6 s in all");
    expect(textOf("cost")).toContain("512 MiB");
    expect(textOf("data")).toContain("1 of which is a copy of another");
  });

  test("what a report lacks is said in a sentence, in its place", () => {
    const bare = reportPage(bareReport());
    const absent = Array.from(bare.matchAll(/<p class="absent">([^<]*)</g), ([, sentence]) => sentence!);
    expect(absent).toHaveLength(15);
    for (const sentence of absent) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(bare.match(/<section /g)).toHaveLength(13);
    expect(bare).not.toMatch(/NaN|undefined/);
  });
});

test("names that are markup stay names", () => {
  const evil = `"><script>alert('x')</script><b onclick="`;
  const hostile = JSON.parse(JSON.stringify(report), (key, value: unknown) => (["name", "title", "meaning", "verdict", "recording", "copyOf", "source", "trainedOn", "pipeline", "sentence", "thresholdReason", "of", "version"].includes(key) && typeof value === "string" ? evil : value)) as Report;
  const { search } = hostile;
  const text = reportPage({ ...hostile, model: { ...hostile.model, parameters: { [evil]: evil } }, search: search && { ...search, trials: search.trials.map((trial) => ({ ...trial, parameters: { [evil]: evil } })) } });
  expect(text).toContain("&#60;script&#62;alert(&#39;x&#39;)");
  expect(text).not.toMatch(/<script|<b onclick/i);
  const tags = (of: string) => of.match(/<[a-z]+/g)!.length;
  expect(tags(text)).toBeGreaterThan(1000);
});
