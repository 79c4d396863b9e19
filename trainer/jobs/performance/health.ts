import type { PredictionFigures } from "./figures.ts";

/** Signs that predictions are not what they should be, by the rules of the system that this one replaces. */
export const indicatorRules = {
  many: { text: "more than 15 % of the predictions say the event", holds: ({ eventShare }: PredictionFigures) => eventShare !== null && eventShare > 0.15 },
  few: { text: "fewer than 0.5 % of the predictions say the event", holds: ({ eventShare }: PredictionFigures) => eventShare !== null && eventShare < 0.005 },
  unsure: { text: "the mean confidence is below 0.6", holds: ({ meanConfidence }: PredictionFigures) => meanConfidence !== null && meanConfidence < 0.6 },
  wavering: { text: "more than a fifth of the predictions have a low confidence", holds: ({ lowConfidenceShare }: PredictionFigures) => lowConfidenceShare !== null && lowConfidenceShare > 0.2 },
} as const;

export type Indicator = keyof typeof indicatorRules;

export function indicatorsOf(figures: PredictionFigures): Indicator[] {
  return (Object.keys(indicatorRules) as Indicator[]).filter((name) => indicatorRules[name].holds(figures));
}

/** 25 for a model that is there, up to 40 for its accuracy, up to 25 for its speed, up to 10 for the absence of indicators. */
export function healthScore({ accuracy, responseMs, indicators }: { accuracy: number; responseMs: number; indicators: number }): number {
  const speed = Math.max(0, 25 - 10 * (responseMs / 1000));
  return 25 + 100 * accuracy * 0.4 + speed + Math.max(0, 10 - 2 * indicators);
}
