import { featureNames } from "../engine/features/features.ts";
import { trailingKinds } from "../engine/features/trailing-kinds.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import { durationText } from "../engine/pipeline/duration.ts";
import { pipeline } from "../engine/pipeline/pipeline.ts";
import { smokeSchema } from "./smoke-schema.ts";
import { ratios, travelling } from "./travelling.ts";

/** The text of docs/features.md, made of the table of trailing features and of the travelling set. */
export function featureGuide(): string {
  const { spansMs, trailing, derived } = pipeline("smoke").from(topic("readings"), smokeSchema).features(travelling(), ratios());
  const columns = featureNames({ schema: smokeSchema, spansMs, trailing, derived });
  const spans = spansMs.map(durationText);
  const ratioRows = Object.entries(derived).map(([name, derivation]) => [`\`${name}\``, "1", "0 and above", "ratio" in derivation ? derivation.ratio.join(" / ") : "", "one of both is missing, or the second is 0"]);
  return `# Features

What a model reads of a reading, in this order: the values of its fields, what is derived from them, for each span each kind of trailing feature of all fields, then all fields against the baseline. Trainer,
engine and API compute them with one module; results are f32, missing is NaN.

\`\`\`ts
.features(trailing("1m", "5m"))                                         // how far each value is from its mean
.features(trailing("10s", "1m", "5m", { of: ["level", "slope", "spread"] }))
.features(travelling())                                                 // of pipelines/travelling.ts
.features(travelling(), ratios())
\`\`\`

## Trailing features

\`v\` is the reading's value and \`t\` its event time; \`x\` are the values that are there among the readings of its sensor already seen with event time in (t − span, t], itself included, \`s\` those event times
in seconds and \`n\` their number; \`u\` is the field's unit. The names are those for the field \`PM2.5\` and a span of ten seconds.

${table(
  ["of", "name", "unit", "range", "formula", "missing when"],
  trailingKinds.map(({ kind, name, unit, range, formula, missing }) => [`\`${kind}\``, `\`${name("PM2.5", "10s")}\``, unit, range, formula, missing]),
)}

- A reading without history has no trailing features but \`alone\`: they are missing, never zero. One training row in five is shown that way, and a model's report judges such readings by themselves.
- A late reading sees only what was measured before it. What is older than the longest span and the pipeline's \`maxOutOfOrderness\` finds nothing.
- The baseline is the mean of the older half of the longest span, one for all spans. It is made of readings that are kept anyway, so a late reading finds the one of its time, which a mean that forgets slowly could not give it; it takes as
  many readings as can be without those of the newer half, in which a fire grows; and it is there once a sensor has been heard for half the span.

## The travelling set

\`travelling()\` asks for ${trailing.join(", ")} over ${spans.slice(0, -1).join(", ")} and ${spans.at(-1)!}: ${columns.length - ratioRows.length} columns of a smoke reading. A model learns fields from the columns \`alone\` only: the fields' own columns are there, and it never asks them.
So what it knows of a reading with history does not depend on how high values are in this room and of this device, and a single reading is still judged by them. In simulated rooms that were held out such models find far more fires than those
that also read values and means ([BENCHMARKS.md](../BENCHMARKS.md)).

\`ratios()\` adds these. They are values of the reading alone as well, so a model that learns by \`alone\` does not see them; in simulated rooms they changed nothing.

${table(["name", "unit", "range", "formula", "missing when"], ratioRows)}
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
