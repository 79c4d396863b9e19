import { simulatedBy, type Simulation } from "./pipeline-file.ts";

/** The first message of a simulation, for a pipeline whose schema has no samples; nothing where there is no simulation. */
export function sampleOf(Simulation: Simulation | null): { sample?: Record<string, unknown> } {
  if (!Simulation) return {};
  const texts: string[] = [];
  simulatedBy(Simulation, { sensors: 1, seed: 1 }).next([], texts);
  return texts.length === 0 ? {} : { sample: JSON.parse(texts[0]!) as Record<string, unknown> };
}
