import { describe, expect, test } from "vitest";
import { cardPage } from "../../../trainer/report/card-page.ts";
import { bareReport, madeReport } from "../../fixtures/report.ts";

const report = madeReport();
const command = "npm run train -- --data rooms.csv";
const card = cardPage(report, command);

describe("a card", () => {
  test("has its chapters in order, and the command that makes the model again", () => {
    expect(card.match(/^#+ .*$/gm)).toEqual(["# smoke_detection_model", "## What it is for", "## What it learned from", "## What it is worth", "## What was found in the data", "## Limits", "## What it looks at", "## Parameters", "## How to make it again"]);
    expect(card).toContain(`\`\`\`sh\n${command}\n\`\`\``);
  });

  test("says what figures mean, and their limits", () => {
    const { measures, intervals } = report.splits[0]!.judgement!;
    expect(card).toContain(`${measures.auc!.toFixed(4)} (${intervals.of.auc!.low.toFixed(3)} … ${intervals.of.auc!.high.toFixed(3)})`);
    const limits = card.slice(card.indexOf("## Limits"), card.indexOf("## What it looks at"));
    expect(limits).toContain(`- a recording left out: ${report.splits[2]!.verdict}`);
    expect(limits).toContain("- days left out: not judged");
    expect(limits).toContain("1 recording is a copy of another");
    expect(limits).toContain("Fields without any value in training: PM1.0.");
  });

  test("of a simulation begins with a warning, of nothing known is still one", () => {
    const simulated = cardPage({ ...report, model: { ...report.model, trainedOn: "simulated" } }, command);
    expect(simulated.split("\n")[2]).toMatch(/^> \*\*Trained on simulated readings/);
    expect(simulated).toContain("- It has never seen a real reading.");
    const bare = cardPage(bareReport(), command);
    expect(bare).toContain("It was not judged on readings that it had not seen.");
    expect(bare).not.toMatch(/undefined|NaN|null/);
  });

  test("names what the pipeline tells of", () => {
    const neutral = JSON.parse(JSON.stringify(report), (_, value: unknown) => (typeof value === "string" ? value.replaceAll(/fires?|rooms?/gi, "…") : value)) as typeof report;
    const leaks = cardPage({ ...neutral, model: { ...neutral.model, event: "leak", trainedOn: "simulated" } }, "");
    expect(leaks).toContain("the probability that it is leak.");
    expect(leaks).toContain("| found, of leak |");
    expect(leaks).toContain("No figure on this page says how the model does with a real sensor.");
    expect(leaks.match(/.*(smoke detector|fire|room).*/gi)).toBeNull();
    expect(card).toMatch(/the probability that it is fire\.[^]*smoke detector[^]*\| fires found \|[^]*Rooms, fires/);
  });

  test("does not depend on what the training cost", () => {
    expect(cardPage({ ...report, cost: { phases: [], peakMiB: 1 } } as never, command)).toBe(card);
  });
});
