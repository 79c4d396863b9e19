import { randomBytes } from "node:crypto";
import process from "node:process";
import { readTraceSettings } from "../engine/monitoring/trace/trace-settings.ts";
import type { Tracer } from "../engine/monitoring/trace/tracer.ts";
import { tell } from "./terminal.ts";
import { preciseNow } from "./precise-now.ts";

/** Sends traces where OpenTelemetry's variables say so, until disposed; null where they do not, and then nothing of it is loaded. Throws `MGV_CONFIG`. */
export async function openTracer(): Promise<Tracer | null> {
  const settings = readTraceSettings(process.env);
  if (settings === null) return null;
  const [{ Tracer }, { otlpSender }] = await Promise.all([import("../engine/monitoring/trace/tracer.ts"), import("../engine/monitoring/trace/otlp.ts")]);
  const send = otlpSender({ ...settings, onProblem: (problem) => tell(`traces  ${problem}`, { level: "warn", event: "traces.problem" }) });
  return new Tracer({ ...settings, send, now: preciseNow, randomBytes });
}

/** Runs a piece of work as a span of its own. */
export async function traced<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  await using tracer = await openTracer();
  const span = tracer?.start("internal");
  try {
    const result = await work();
    span?.end({ name });
    return result;
  } catch (thrown) {
    span?.end({ name, hasFailed: true });
    throw thrown;
  }
}
