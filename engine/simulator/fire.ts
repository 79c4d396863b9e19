import { exp, log } from "../../kernel-as/assembly/math.ts";
import { ETHANOL_UL_PER_MG, H2_UL_PER_MG_CO, type Emission, type Happening } from "./emission.ts";
import { fuels, parameters, type Fuel, type Yields } from "./parameters.ts";
import type { Random } from "./random.ts";
import { puffs, type Wander } from "./wander.ts";

/** A dying fire is out when it is down to this share of its peak. */
const OUT = 0.02;

/** A glow begins at this share of its peak, */
const GLOW_BEGINS = 0.02;
/** and has it after so many doublings. */
const GLOW_DOUBLINGS = 5.644;

/**
 * A fire that smoulders, flames, or smoulders first and then flames. A glow spreads exponentially to its peak; flames grow by the t-squared law of fire engineering, Q = α t², up to a peak
 * that the fuel sets. It ends burnt out or put out; the room is then aired.
 */
export class Fire implements Happening {
  /** Seconds from ignition until it is out. */
  readonly outS: number;
  readonly endS: number;
  readonly #fuel: Fuel;
  /** How much more or less than its fuel's yields it gives off. */
  readonly #varies: Yields;
  readonly #coarseShare: number;
  /** How much of what the fire gives off reaches the sensor's part of the building. */
  readonly #reach: number;
  readonly #glowS: number;
  readonly #doublesS: number;
  readonly #glowG: number;
  readonly #flames: boolean;
  readonly #growth: number;
  readonly #peakKw: number;
  readonly #dieS: number;
  readonly #fadeS: number;
  readonly #airing: number;
  readonly #puffs: Wander;

  /** `isLit`: with a flame, so that it does not smoulder first. */
  constructor(random: Random, stepS: number, { isLit = false } = {}) {
    const { fire } = parameters;
    const kind = isLit ? 1 : random.uniform();
    this.#fuel = fuels[random.integer(fuels.length)]!;
    this.#varies = { smoke: random.draw(fire.yields), co: random.draw(fire.yields), voc: random.draw(fire.yields) };
    this.#coarseShare = random.draw(fire.coarseShare);
    this.#reach = random.draw(fire.reach);
    const glows = kind < 0.65;
    this.#flames = kind > 0.35;
    this.#doublesS = random.draw(fire.doubles);
    this.#glowS = glows ? GLOW_DOUBLINGS * this.#doublesS + random.draw(fire.glows) : 0;
    this.#glowG = random.draw(fire.glow);
    this.#growth = random.draw(fire.growth);
    this.#peakKw = random.draw(fire.peak);
    const flameS = this.#flames ? Math.sqrt(this.#peakKw / this.#growth) + random.draw(fire.staysAtPeak) : 0;
    this.#dieS = this.#glowS + flameS;
    this.#fadeS = random.draw(random.uniform() < 0.5 ? fire.putOutWithin : fire.burnsOutWithin);
    this.outS = this.#dieS - log(OUT) * this.#fadeS;
    this.#airing = random.draw(fire.airedAfter);
    this.endS = this.outS + random.draw(fire.airedFor);
    this.#puffs = puffs(random, stepS);
  }

  give(atS: number, emission: Emission): void {
    if (atS >= this.outS) {
      if (atS > this.outS + 20) emission.airing += this.#airing;
      return;
    }
    const fade = atS > this.#dieS ? exp((this.#dieS - atS) / this.#fadeS) : 1;
    const strength = fade * this.#reach * exp(this.#puffs.next());
    if (atS < this.#glowS || !this.#flames) {
      const spread = Math.min(1, GLOW_BEGINS * exp((Math.LN2 * atS) / this.#doublesS));
      this.#burn(emission, this.#glowG * spread * strength, this.#fuel.smouldering, 4);
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
    const smokeUg = gramsPerS * yields.smoke * this.#varies.smoke * 1e6;
    emission.fineUg += smokeUg;
    emission.coarseUg += this.#coarseShare * smokeUg;
    emission.vocUl += gramsPerS * yields.voc * this.#varies.voc * 1e3 * ETHANOL_UL_PER_MG;
    emission.h2Ul += gramsPerS * yields.co * this.#varies.co * 1e3 * H2_UL_PER_MG_CO;
  }
}
