import { html, type Html } from "../html.ts";
import { framed, place, PLOT } from "./frame.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";

interface Series {
  readonly name: string;
  /** Which of the colours it has, from 0 on: that of its split. */
  readonly colour: number;
  readonly points: readonly Point[];
  /** What another line of the same colour goes back to. */
  readonly isFaint?: boolean;
  /** A point that stands out. */
  readonly chosen?: Point | null;
}

export type Point = readonly [x: number, y: number];

interface LineAxis {
  readonly name: string;
  /** What it reaches over at least. */
  readonly from?: number;
  readonly to?: number;
  readonly isLogarithmic?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly says: string;
  readonly x: LineAxis;
  readonly y: LineAxis;
  readonly series: readonly Series[];
  /** From the least of both axes to the most. */
  readonly diagonal?: boolean;
  /** Each point as a dot too: where they are few. */
  readonly dots?: boolean;
  /** From point to point by a step, first along: where there is nothing between two points. */
  readonly isStepped?: boolean;
}

/** Lines of several series with a legend; null where none has a point. */
export function lineChart({ title, says, x, y, series, diagonal = false, dots = false, isStepped = false }: LineChart): Html | null {
  const drawn = series.filter(({ points, chosen }) => points.length > 0 || chosen);
  if (drawn.length === 0) return null;
  const all = drawn.flatMap(({ points, chosen }) => (chosen ? [...points, chosen] : points));
  const [across, up] = [scaleOf(x, all.map(([each]) => each), [PLOT.left, PLOT.right]), scaleOf(y, all.map(([, each]) => each), [PLOT.bottom, PLOT.top])];
  const at = ([px, py]: Point) => `${place(across.at(px))} ${place(up.at(py))}`;
  const step = ([px, py]: Point) => `H${place(across.at(px))}V${place(up.at(py))}`;
  const path = ([first, ...others]: readonly Point[]) => (first ? `M${at(first)}${others.map((point) => (isStepped ? step(point) : `L${at(point)}`)).join("")}` : "");
  const marks = drawn.map(({ name, colour, isFaint, points, chosen }) => [
    html`<path class="line ${strokeOf(colour, isFaint)}" d="${path(points)}"/>`,
    (dots || points.length === 1) && html`<path class="dots ${strokeOf(colour, isFaint)}" d="${points.map((point) => `M${at(point)}h0`).join("")}"/>`,
    chosen ? html`<circle class="chosen s${colour % COLOURS}" cx="${place(across.at(chosen[0]))}" cy="${place(up.at(chosen[1]))}" r="5"><title>${name}: as the model is used</title></circle>` : null,
  ]);
  const line = diagonal ? html`<path class="diagonal" d="M${PLOT.left} ${PLOT.bottom}L${PLOT.right} ${PLOT.top}"/>` : html``;
  return framed({ title, says, x: { name: x.name, scale: across }, y: { name: y.name, scale: up }, marks: [line, html`${marks}`], legend: legendOf(drawn) });
}

/** So many series have colours and dashes of their own. */
const COLOURS = 5;

function legendOf(series: readonly Series[]): Html {
  const entries = series.map(({ name, colour, isFaint }) => html`<li><svg class="swatch" aria-hidden="true" viewBox="0 0 22 8"><path class="line ${strokeOf(colour, isFaint)}" d="M1 4H21"/></svg>${name}</li>`);
  return html`<ul class="legend">${entries}</ul>`;
}

function strokeOf(colour: number, isFaint = false): string {
  return `s${colour % COLOURS}${isFaint ? " faint" : ""}`;
}

function scaleOf({ from, to, isLogarithmic = false }: LineAxis, values: readonly number[], range: readonly [number, number]): Scale {
  if (isLogarithmic) return logScale(values, range);
  const least = values.reduce((one, other) => Math.min(one, other), from ?? Infinity);
  const most = values.reduce((one, other) => Math.max(one, other), to ?? -Infinity);
  return linearScale(least, most, range);
}
