import { html, type Html } from "../html.ts";
import type { Scale } from "./scale.ts";

/** Width of every chart in its own units, about that of a phone's page: so letters have about the size that they say. */
export const WIDTH = 360;

const HEIGHT = 270;

/** The plot inside a chart of axes. */
export const PLOT = { left: 46, right: WIDTH - 16, top: 30, bottom: HEIGHT - 42 } as const;

/** Half of what a digit takes across, rather too much than too little: a long number at the right end must not be cut. */
const HALF_DIGIT = 3.3;

interface Axis {
  /** With its unit. */
  readonly name: string;
  readonly scale: Scale;
}

interface Frame {
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly says: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Html[];
  readonly legend?: Html | null;
}

/** A chart with two axes. */
export function framed({ title, says, x, y, marks, legend = null }: Frame): Html {
  const across = y.scale.ticks.map(({ value, label }) => {
    const at = place(y.scale.at(value));
    return html`<path class="grid" d="M${PLOT.left} ${at}H${PLOT.right}"/><text x="${PLOT.left - 7}" y="${at}" dy="0.35em" text-anchor="end">${label}</text>`;
  });
  const along = x.scale.ticks.map(({ value, label }) => {
    const at = place(x.scale.at(value));
    return html`<path class="grid" d="M${at} ${PLOT.top}V${PLOT.bottom}"/><text x="${Math.min(at, WIDTH - label.length * HALF_DIGIT)}" y="${PLOT.bottom + 16}" text-anchor="middle">${label}</text>`;
  });
  const names = html`<text class="axis" x="4" y="14">${y.name}</text><text class="axis" x="${PLOT.right}" y="${HEIGHT - 7}" text-anchor="end">${x.name}</text>`;
  return picture({ title, says, legend, height: HEIGHT, content: [...across, ...along, names, ...marks] });
}

/** A picture with its title. */
export function picture({ title, says, legend = null, height, content }: { title: string; says: string; legend?: Html | null; height: number; content: readonly Html[] }): Html {
  return html`<figure><figcaption>${title}</figcaption>${legend}<svg role="img" aria-label="${`${title}. ${says}`}" viewBox="0 0 ${WIDTH} ${height}">${content}</svg></figure>`;
}

/** A coordinate as it is written: a tenth of a unit is finer than what can be seen. */
export function place(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
