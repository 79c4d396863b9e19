import { exp, log } from "../../kernel-as/assembly/math.ts";
import { ETHANOL_UL_PER_MG, H2_UL_PER_MG_CO, type Emission, type Happening } from "./emission.ts";
import { Wander } from "./wander.ts";
import type { Random } from "./random.ts";

/** Grams given off per gram of fuel. */
interface Yields {
  readonly smoke: number;
  readonly co: number;
  readonly voc: number;
}

interface Fuel {
  /** kJ per gram burnt in flames. */
  readonly heat: number;
  readonly flaming: Yields;
  readonly smouldering: Yields;
}

/**
 * Orders of magnitude of the yields that fire-protection handbooks list (Tewarson's tables): clean flames of wood, sooty
 * ones of foam and cable insulation, much carbon monoxide and vapour from whatever only glows.
 */
const FUELS: readonly Fuel[] = [
  { heat: 13, flaming: { smoke: 0.015, co: 0.005, voc: 0.004 }, smouldering: { smoke: 0.07, co: 0.13, voc: 0.06 } }, // wood, paper
  { heat: 18, flaming: { smoke: 0.1, co: 0.03, voc: 0.01 }, smouldering: { smoke: 0.12, co: 0.08, voc: 0.05 } }, // foam, textiles
  { heat: 16, flaming: { smoke: 0.12, co: 0.06, voc: 0.03 }, smouldering: { smoke: 0.06, co: 0.04, voc: 0.15 } }, // cables, devices
  { heat: 35, flaming: { smoke: 0.06, co: 0.01, voc: 0.02 }, smouldering: { smoke: 0.15, co: 0.02, voc: 0.08 } }, // oil in a pan
];

/** A dying fire is out when it is down to this share of its peak. */
const OUT = 0.02;

/**
 * A fire that smoulders, flames, or smoulders first and then flames. Flames grow by the t-squared law of fire
 * engineering, Q = α t², with α from below its class "slow" (0.0029 kW/s²) to above "medium" (0.0117), up to a peak that
 * the fuel sets: 1 to 40 kW are a pan or a waste-paper basket, which is when an alarm is still of use. It ends burnt out
 * or put out; the room is then aired.
 */
export class Fire implements Happening {
  /** Seconds from ignition until it is out. */
  readonly outS: number;
  readonly endS: number;
  readonly #fuel: Fuel;
  /** How much of what the fire gives off reaches the sensor's part of the building. */
  readonly #reach: number;
  readonly #glowS: number;
  readonly #glowGrowS: number;
  readonly #glowG: number;
  readonly #flames: boolean;
  readonly #growth: number;
  readonly #peakKw: number;
  readonly #dieS: number;
  readonly #fadeS: number;
  readonly #airing: number;
  readonly #puffs: Wander;

  constructor(random: Random, stepS: number) {
    const kind = random.uniform();
    this.#fuel = FUELS[random.integer(FUELS.length)]!;
    this.#reach = random.magnitude(0.12, 1);
    const glows = kind < 0.65;
    this.#flames = kind > 0.35;
    this.#glowS = glows ? random.between(180, 900) : 0;
    this.#glowGrowS = random.between(60, 400);
    this.#glowG = random.magnitude(0.002, 0.04);
    this.#growth = random.magnitude(0.0015, 0.02);
    this.#peakKw = random.magnitude(1, 40);
    const flameS = this.#flames ? Math.sqrt(this.#peakKw / this.#growth) + random.between(60, 360) : 0;
    this.#dieS = this.#glowS + flameS;
    this.#fadeS = random.uniform() < 0.5 ? random.between(2, 8) : random.between(20, 60);
    this.outS = this.#dieS - log(OUT) * this.#fadeS;
    this.#airing = random.between(20, 60);
    this.endS = this.outS + random.between(600, 1_500);
    // The recorded fire comes in puffs: a factor of three up and down within ten to thirty seconds.
    this.#puffs = new Wander(random.fork("puffs"), { sd: 0.5, memoryS: 12, stepS });
  }

  give(atS: number, emission: Emission): void {
    if (atS >= this.outS) {
      if (atS > this.outS + 20) emission.airing += this.#airing;
      return;
    }
    const fade = atS > this.#dieS ? exp((this.#dieS - atS) / this.#fadeS) : 1;
    const strength = fade * this.#reach * exp(this.#puffs.next());
    if (atS < this.#glowS || !this.#flames) {
      this.#burn(emission, this.#glowG * Math.min(1, atS / this.#glowGrowS) * strength, this.#fuel.smouldering, 4);
    } else {
      const t = atS - this.#glowS;
      const kw = Math.min(this.#peakKw, this.#growth * t * t);
      this.#burn(emission, (kw / this.#fuel.heat) * strength, this.#fuel.flaming, this.#fuel.heat);
    }
  }

  /** `heat` in kJ/g; what only glows gives off a part of its heat of combustion. Wood holds half a gram of water per gram burnt. */
  #burn(emission: Emission, gramsPerS: number, yields: Yields, heat: number): void {
    emission.heatKw += gramsPerS * heat;
    emission.waterG += gramsPerS * 0.5;
    emission.fineUg += gramsPerS * yields.smoke * 1e6;
    emission.coarseUg += gramsPerS * yields.smoke * 0.02e6;
    emission.vocUl += gramsPerS * yields.voc * 1e3 * ETHANOL_UL_PER_MG;
    emission.h2Ul += gramsPerS * yields.co * 1e3 * H2_UL_PER_MG_CO;
  }
}
