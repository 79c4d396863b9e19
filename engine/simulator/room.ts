import { sin } from "../../kernel-as/assembly/math.ts";
import { Emission, type Happening } from "./emission.ts";
import { everydayLife, roomKinds } from "./everyday.ts";
import { Fire } from "./fire.ts";
import { parameters } from "./parameters.ts";
import type { Random } from "./random.ts";
import { saturationGm3 } from "./humidity.ts";
import { Schedule } from "./schedule.ts";
import { lagShare, Wander } from "./wander.ts";
import type { Weather } from "./weather.ts";

const DAY_S = 86_400;
const TWO_PI = 6.283185307179586;
/** What settles on floor and walls, as a share per second: of smoke little (0.6 per hour), of dust much (5 per hour). */
const FINE_SETTLES = 0.6 / 3_600;
const COARSE_SETTLES = 5 / 3_600;
/** kJ/(m³ K): air has 1.2; with what stands around in it, half as much again. */
const HEAT_CAPACITY = 1.8;
/** Nobody lives in an unheated room: it has this part of the moisture of others. */
const UNHEATED_MOISTURE = 0.2;
/** kW/(m² K) from air to walls, by free convection and radiation. */
const WALL_TRANSFER = 0.008;

/** The air of one room by mass and heat balance: dC/dt = emission / volume - losses · C. */
export class Room {
  airC: number;
  /** g/m³ */
  water: number;
  /** µg/m³ */
  fine: number;
  coarse: number;
  /** ppb */
  voc: number;
  h2: number;
  /** A fire burns: from ignition until it is out. */
  burning = false;

  readonly #volume: number;
  readonly #airChange: number;
  readonly #wallLoss: number;
  readonly #mixShare: number;
  readonly #swirls: Wander;
  readonly #weather: Weather;
  readonly #heated: boolean;
  readonly #infiltration: number;
  /** What it is heated to, or how much warmer than outside it is. */
  readonly #comfortC: number;
  readonly #dayC: number;
  readonly #warmestS: number;
  readonly #usual: { readonly water: number; readonly fine: number; readonly coarse: number; readonly voc: number; readonly h2: number };
  readonly #wanders: { readonly c: Wander; readonly water: Wander; readonly fine: Wander; readonly voc: Wander; readonly h2: Wander };
  readonly #fires: Schedule<Fire>;
  readonly #others: readonly Schedule<Happening>[];
  readonly #lighting: Random;
  #isToBeLit = false;
  #litFires = 0;
  #lit: { readonly fire: Fire; readonly sinceS: number } | null = null;
  readonly #sources = new Emission();
  readonly #mixed = new Emission();
  #extraC = 0;
  #smokyOutdoors = 0;
  #extraWater = 0;
  #extraFine = 0;
  #extraCoarse = 0;
  #extraVoc = 0;
  #extraH2 = 0;

  constructor(random: Random, weather: Weather, options: { stepS: number; firesPerDay: number; busy: number }) {
    const { stepS } = options;
    const { room } = parameters;
    const kind = roomKinds[random.integer(roomKinds.length)]!;
    this.#weather = weather;
    this.#heated = kind.heated;
    this.#volume = random.draw(room.volume);
    this.#airChange = random.draw(room.airChange) / 3_600;
    this.#wallLoss = (WALL_TRANSFER * 6 * cubeRootSquared(this.#volume)) / (HEAT_CAPACITY * this.#volume);
    this.#mixShare = lagShare(stepS, random.draw(room.mixing));
    this.#swirls = new Wander(random, { sd: random.draw(room.swirls), memoryS: 15, stepS });
    this.#comfortC = random.draw(kind.heated ? room.heatedTo : room.unheatedAboveOutside);
    this.#dayC = random.draw(room.dayCourse);
    this.#warmestS = random.between(13, 18) * 3_600;
    this.#infiltration = random.draw(room.infiltration);
    this.#usual = {
      water: random.draw(room.moistureSupply) * (kind.heated ? 1 : UNHEATED_MOISTURE),
      fine: random.draw(room.fine),
      coarse: random.draw(room.coarse),
      voc: random.draw(room.voc),
      h2: random.draw(room.h2),
    };
    this.#wanders = {
      c: new Wander(random, { sd: 0.5, memoryS: 1_800, stepS }),
      water: new Wander(random, { sd: 0.35, memoryS: 2_400, stepS }),
      fine: new Wander(random, { sd: 0.3, memoryS: 3_600, stepS }),
      voc: new Wander(random, { sd: 0.25, memoryS: 2_400, stepS }),
      h2: new Wander(random, { sd: 0.4, memoryS: 1_800, stepS }),
    };
    this.#fires = new Schedule(random.fork("fire"), { perDay: options.firesPerDay, begin: (own) => new Fire(own, stepS) });
    this.#lighting = random.fork("lit");
    this.#others = everydayLife(random, kind, { stepS, busy: options.busy, winter: weather.winter });
    this.airC = this.#ownC();
    this.water = this.#ownWater();
    this.fine = this.#usual.fine + this.#infiltration * weather.fine;
    this.coarse = this.#usual.coarse;
    this.voc = this.#usual.voc;
    this.h2 = this.#usual.h2;
  }

  /** The state at `nowS` seconds after the world's start, one step after the last. `dayS` is the time of day, UTC; `stepS` at most 1. */
  step(nowS: number, dayS: number, stepS: number): void {
    const sources = this.#sources;
    sources.clear();
    const fire = this.#fires.at(nowS);
    fire?.give(this.#fires.elapsedS(nowS), sources);
    this.burning = fire !== undefined && this.#fires.elapsedS(nowS) < fire.outS;
    this.#burnLit(nowS, stepS);
    for (const schedule of this.#others) schedule.at(nowS)?.give(schedule.elapsedS(nowS), sources);

    const mixed = this.#mixed;
    mixed.approach(sources, this.#mixShare);
    this.#smokyOutdoors += stepS * this.#airChange * (mixed.smokyOutdoors - this.#smokyOutdoors);
    const perVolume = stepS / this.#volume;
    const airing = mixed.airing / 3_600;
    const leaves = stepS * (this.#airChange + airing);
    this.#extraFine += mixed.fineUg * perVolume - (leaves + FINE_SETTLES * stepS) * this.#extraFine;
    this.#extraCoarse += mixed.coarseUg * perVolume - (leaves + COARSE_SETTLES * stepS) * this.#extraCoarse;
    this.#extraVoc += mixed.vocUl * perVolume - leaves * this.#extraVoc;
    this.#extraH2 += mixed.h2Ul * perVolume - leaves * this.#extraH2;
    this.#extraWater += mixed.waterG * perVolume - leaves * this.#extraWater;
    this.#extraC += (mixed.heatKw * perVolume) / HEAT_CAPACITY - this.#wallLoss * stepS * this.#extraC;
    // What the windows let in cools the room's contents along with its air.
    this.#extraC += 0.3 * airing * stepS * (this.#weather.outsideC - this.airC);

    const usual = this.#usual;
    const swirl = factor(this.#swirls.next());
    const wanders = this.#wanders;
    const course = this.#dayC * sin(TWO_PI * ((dayS - this.#warmestS) / DAY_S + 0.25));
    this.airC = this.#ownC() + course + wanders.c.next() + this.#extraC;
    this.fine = usual.fine * factor(wanders.fine.next()) + this.#infiltration * (this.#weather.fine + this.#smokyOutdoors) + swirl * this.#extraFine;
    this.coarse = usual.coarse + swirl * this.#extraCoarse;
    this.voc = usual.voc * factor(wanders.voc.next()) + swirl * this.#extraVoc;
    this.h2 = usual.h2 * factor(wanders.h2.next()) + swirl * this.#extraH2;
    this.water = Math.max(0.5, this.#ownWater() + wanders.water.next() + this.#extraWater);
    if (this.#extraWater > 1) this.#condense();
  }

  /** Somebody lights a fire in it, with the next step. */
  light(): void {
    this.#isToBeLit = true;
  }

  #burnLit(nowS: number, stepS: number): void {
    if (this.#isToBeLit) this.#lit = { fire: new Fire(this.#lighting.fork(this.#litFires++), stepS, { isLit: true }), sinceS: nowS };
    this.#isToBeLit = false;
    if (this.#lit === null) return;
    const { fire, sinceS } = this.#lit;
    const atS = nowS - sinceS;
    fire.give(atS, this.#sources);
    this.burning ||= atS < fire.outS;
    if (atS >= fire.endS) this.#lit = null;
  }

  /** Without what is going on in it. A heated room is warmer in summer, half as much as the air outside is above 16 °C. */
  #ownC(): number {
    const { meanC } = this.#weather;
    return this.#heated ? this.#comfortC + 0.5 * Math.max(0, meanC - 16) : meanC + this.#comfortC;
  }

  /** g/m³, without what is going on in it. */
  #ownWater(): number {
    return Math.min(this.#weather.water + this.#usual.water, 0.85 * saturationGm3(this.#ownC()));
  }

  /** Above 96 % the walls and mirrors take what is too much. */
  #condense(): void {
    const most = 0.96 * saturationGm3(this.airC);
    if (this.water <= most) return;
    this.#extraWater -= this.water - most;
    this.water = most;
  }
}

/** Stands in for e^x near 0, never below 0. */
function factor(x: number): number {
  return x > -1.5 ? 1 + x + 0.5 * x * x : 0.625;
}

/** x^(2/3) by Newton's method on the cube root, for volumes of rooms. */
function cubeRootSquared(x: number): number {
  let root = 3;
  for (let i = 0; i < 12; i++) root -= (root * root * root - x) / (3 * root * root);
  return root * root;
}
