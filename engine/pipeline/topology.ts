import { createHash } from "node:crypto";
import { durationText } from "./duration.ts";
import type { Plan } from "./plan.ts";
import type { Step } from "./step.ts";
import { windowText } from "./window-kind.ts";

/** The steps as a tree, each under the one whose rows it takes. */
export function topologyText(pipeline: Plan): string {
  const lines: string[] = [`pipeline ${pipeline.name}`];
  const draw = (input: string | null, indent: string) => {
    const steps = pipeline.steps.filter((step) => step.input === input);
    steps.forEach((step, i) => {
      const isLast = i === steps.length - 1;
      lines.push(`${indent}${isLast ? "└─ " : "├─ "}${step.name}${describe(step)}`);
      draw(step.name, indent + (isLast ? "   " : "│  "));
    });
  };
  draw(null, "");
  return `${lines.join("\n")}\n`;
}

/** A flow chart for Mermaid. */
export function topologyMermaid(pipeline: Plan): string {
  const ids = new Map(pipeline.steps.map(({ name }, i) => [name, `s${i}`]));
  const label = (step: Step) => `${step.name}${describe(step)}`.replaceAll('"', "#quot;");
  const lines = pipeline.steps.flatMap((step) => {
    const id = ids.get(step.name)!;
    const node = step.kind === "source" || step.kind === "output" ? `${id}[("${label(step)}")]` : `${id}["${label(step)}"]`;
    return step.input === null ? [`  ${node}`] : [`  ${node}`, `  ${ids.get(step.input)!} --> ${id}`];
  });
  return `flowchart LR\n${lines.join("\n")}\n`;
}

/** What state depends on: names, kinds, order and settings of all steps, not the code of users' functions. Two pipelines of one fingerprint can go on from each other's snapshots. */
export function fingerprint(pipeline: Plan): string {
  return createHash("sha256").update(JSON.stringify(stepFingerprints(pipeline))).digest("hex");
}

/** Of each step but outputs by its name, so that a mismatch can be told by the steps that changed. */
export function stepFingerprints({ steps }: Plan): Readonly<Record<string, string>> {
  const byName = new Map(steps.map((step) => [step.name, step]));
  // outputs pass rows on as they are, and are named by their topics
  const inputOf = (step: Step): string | null => {
    const before = byName.get(step.input ?? "");
    return before?.kind === "output" ? inputOf(before) : step.input;
  };
  const stateful = steps.filter(({ kind }) => kind !== "output");
  return Object.fromEntries(stateful.map((step) => [step.name, createHash("sha256").update(JSON.stringify({ ...withoutSamples(step), input: inputOf(step) }, withoutCode)).digest("hex").slice(0, 16)]));
}

function withoutSamples(step: Step): Step {
  if (step.kind !== "source") return step;
  const { samples: _, ...schema } = step.schema;
  return { ...step, schema };
}

/** Topics may be renamed and functions mended without the state becoming another. */
function withoutCode(key: string, value: unknown): unknown {
  if (typeof value === "function") return "function";
  return key === "topic" || key === "topics" || key === "deadLetters" || key === "late" ? undefined : value;
}

function describe(step: Step): string {
  switch (step.kind) {
    case "source":
      return `: ${step.schema.fields.length} fields`;
    case "clock":
      return ` per ${step.per}, out of order by ${durationText(step.maxOutOfOrdernessMs)}${step.idleAfterMs === null ? "" : `, idle after ${durationText(step.idleAfterMs)}`}`;
    case "map":
      return `: adds ${step.adds.join(", ")}${step.state ? ", with state" : ""}`;
    case "flatMap":
      return `: gives ${step.fields.join(", ")}`;
    case "features":
      return `: values${derivedText(Object.keys(step.derived))}${step.spansMs.length === 0 ? "" : `, and ${step.trailing ? `their ${step.trailing.join(", ")}` : "less their means"} over ${step.spansMs.map(durationText).join(", ")}`}`;
    case "score":
      return ` by ${step.model.name}@${step.model.alias}`;
    case "alert":
      return ` above ${step.above}, hold-off ${durationText(step.holdOffMs)} → ${step.topic}`;
    case "rules":
      return ` → ${step.topic}`;
    case "anomalies":
      return `: ${step.watched.join(", ")} beyond ${step.medium} σ of ${step.window} → ${step.topic}`;
    case "window":
      return `${step.name.includes(windowText(step.window)) ? "" : ` ${windowText(step.window)}`}, ${step.emit}: ${Object.keys(step.aggregates).length} aggregates${step.late === null ? "" : `, late → ${step.late}`}`;
    case "filter":
    case "output":
      break;
  }
  return "";
}

function derivedText(names: readonly string[]): string {
  return names.length === 0 ? "" : `, ${names.length} derived (${names.join(", ")})`;
}
