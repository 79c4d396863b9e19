import { exp, sin } from "../../kernel-as/assembly/math.ts";
import { saturationGm3 } from "./humidity.ts";
import type { Random } from "./random.ts";
import { Wander } from "./wander.ts";

const DAY_S = 86_400;
export const YEAR_DAYS = 365.2425;
const TWO_PI = 6.283185307179586;
/** The coldest day of the year, from its first one on. */
const COLDEST_DAY = 20;

/**
 * The air outside, the same for all rooms of a climate: that of a temperate climate with cold winters (10 °C in the mean, ±9.5 K by season, ±5 K by the time of day), fine particles by
 * stagnation and heating (medians 7 µg/m³ in summer, 16 in winter: European background stations), pressure of the recording.
 */
export class Weather {
  outsideC = 0;
  /** Without the course of the day. */
  meanC = 0;
  /** g/m³ */
  water = 0;
  /** µg/m³ of fine particles. */
  fine = 0;
  /** 1 in midwinter, 0 in midsummer. */
  winter = 0;
  readonly #laterDays: number;
  readonly #phases: readonly number[];
  readonly #front: Wander;
  readonly #stagnation: Wander;

  /** Its year is `laterDays` further on than the calendar. */
  constructor(random: Random, { stepS, laterDays = 0 }: { stepS: number; laterDays?: number }) {
    this.#laterDays = laterDays;
    this.#phases = [random.uniform(), random.uniform(), random.uniform()];
    this.#front = new Wander(random.fork("front"), { sd: 3, memoryS: 2 * DAY_S, stepS });
    this.#stagnation = new Wander(random.fork("stagnation"), { sd: 0.6, memoryS: 0.75 * DAY_S, stepS });
  }

  /** One step of `stepS` later, at a time in epoch seconds. */
  step(epochS: number): void {
    const days = epochS / DAY_S;
    this.winter = 0.5 + 0.5 * sinOfTurns((days + this.#laterDays - COLDEST_DAY) / YEAR_DAYS + 0.25);
    this.meanC = 19.5 - 19 * this.winter + this.#front.next();
    this.outsideC = this.meanC + 5 * sinOfTurns(days - 0.375);
    this.water = 0.78 * saturationGm3(this.meanC);
    this.fine = (7 + 9 * this.winter) * exp(this.#stagnation.next());
  }

  /** hPa. Fronts, half a week and half a day apart, between the lowest (930.9) and the highest (939.9) of the recording; the tide of the air. */
  pressure(epochS: number): number {
    const days = epochS / DAY_S;
    const [front = 0, shower = 0, tide = 0] = this.#phases;
    return 935 + 2 * sinOfTurns(days / 3.6 + front) + 0.8 * sinOfTurns(days / 0.45 + shower) + 0.5 * sinOfTurns(days * 2 + tide);
  }
}

function sinOfTurns(turns: number): number {
  return sin(TWO_PI * (turns - Math.floor(turns)));
}
