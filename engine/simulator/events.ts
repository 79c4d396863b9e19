import { exp } from "../../kernel-as/assembly/math.ts";
import { ETHANOL_UL_PER_MG, type Emission, type Happening } from "./emission.ts";
import { mealsToABurntOne, parameters } from "./parameters.ts";
import type { Random } from "./random.ts";
import { puffs, Wander } from "./wander.ts";

/** Frying, boiling, baking: vapour, fumes, gases and heat. What burns on looks like a small fire to every channel of a sensor. */
export class Cooking implements Happening {
  readonly endS: number;
  readonly #doneS: number;
  /** Air changes per hour of an extractor hood or a tilted window, until some minutes after. */
  readonly #hood: number;
  readonly #heatKw: number;
  readonly #waterG: number;
  readonly #fineUg: number;
  readonly #vocUl: number;
  readonly #h2Ul: number;
  readonly #coarseShare: number;
  readonly #burnsFromS: number;
  readonly #burntFine: number;
  readonly #burntH2: number;
  readonly #stirring: Wander;

  constructor(random: Random, stepS: number) {
    const { cooking } = parameters;
    this.#doneS = random.draw(cooking.lasts);
    this.endS = this.#doneS + random.draw(cooking.hoodAfter);
    this.#heatKw = random.draw(cooking.heat);
    this.#waterG = random.draw(cooking.water);
    this.#fineUg = random.draw(cooking.fine);
    this.#vocUl = random.draw(cooking.voc);
    this.#h2Ul = random.draw(cooking.h2);
    this.#hood = random.draw(cooking.hood);
    this.#burnsFromS = random.integer(mealsToABurntOne) === 0 ? this.#doneS - random.draw(cooking.burns) : Infinity;
    this.#burntFine = random.draw(cooking.burntFine);
    this.#burntH2 = random.draw(cooking.burntH2);
    this.#coarseShare = random.draw(cooking.coarseShare);
    this.#stirring = puffs(random, stepS);
  }

  give(atS: number, emission: Emission): void {
    emission.airing += this.#hood;
    if (atS > this.#doneS) return;
    const warm = Math.min(1, atS / 120);
    const fumes = warm * exp(this.#stirring.next());
    const burns = atS > this.#burnsFromS;
    emission.heatKw += warm * this.#heatKw;
    emission.waterG += warm * this.#waterG;
    const fineUg = fumes * this.#fineUg * (burns ? this.#burntFine : 1);
    emission.fineUg += fineUg;
    emission.coarseUg += this.#coarseShare * fineUg;
    emission.vocUl += fumes * this.#vocUl * (burns ? 3 : 1);
    emission.h2Ul += fumes * this.#h2Ul * (burns ? this.#burntH2 : 1);
  }
}

/** Candles burn evenly for hours, and smoke for some seconds when they are blown out. */
export class Candles implements Happening {
  readonly endS: number;
  readonly #outS: number;
  readonly #heatKw: number;
  readonly #fineUg: number;
  readonly #vocUl: number;
  readonly #h2Ul: number;
  readonly #puffUg: number;
  readonly #coarseShare: number;
  readonly #flicker: Wander;

  constructor(random: Random, stepS: number) {
    const { candles } = parameters;
    this.#outS = random.draw(candles.lasts);
    this.endS = this.#outS + 20;
    this.#heatKw = random.draw(candles.heat);
    this.#fineUg = random.draw(candles.fine);
    this.#vocUl = random.draw(candles.voc);
    this.#h2Ul = random.draw(candles.h2);
    this.#puffUg = random.draw(candles.puff);
    this.#coarseShare = random.draw(candles.coarseShare);
    this.#flicker = puffs(random, stepS);
  }

  give(atS: number, emission: Emission): void {
    const burns = atS < this.#outS;
    const flicker = exp(this.#flicker.next());
    emission.heatKw += burns ? this.#heatKw : 0;
    emission.waterG += burns ? 0.05 * this.#heatKw : 0;
    const fineUg = burns ? flicker * this.#fineUg : this.#puffUg;
    emission.fineUg += fineUg;
    emission.coarseUg += this.#coarseShare * fineUg;
    emission.vocUl += this.#vocUl * (burns ? 1 : 10);
    emission.h2Ul += burns ? this.#h2Ul : 0;
  }
}

/** Cigarettes, cigars, incense: what smoulders on purpose. */
export class Smoking implements Happening {
  readonly endS: number;
  readonly #fineUg: number;
  readonly #vocUl: number;
  readonly #h2Ul: number;
  readonly #coarseShare: number;
  readonly #draughts: Wander;

  constructor(random: Random, stepS: number) {
    const { smoking } = parameters;
    this.endS = random.draw(smoking.lasts);
    this.#fineUg = random.draw(smoking.fine);
    this.#vocUl = random.draw(smoking.voc);
    this.#h2Ul = random.draw(smoking.h2);
    this.#coarseShare = random.draw(smoking.coarseShare);
    this.#draughts = puffs(random, stepS);
  }

  give(_atS: number, emission: Emission): void {
    const strength = exp(this.#draughts.next());
    emission.fineUg += strength * this.#fineUg;
    emission.coarseUg += strength * this.#coarseShare * this.#fineUg;
    emission.vocUl += strength * this.#vocUl;
    emission.h2Ul += strength * this.#h2Ul;
  }
}

/** A wood stove warms its room for hours, and smokes into it while its door is open: at the start, and about every forty minutes. */
export class Stove implements Happening {
  readonly endS: number;
  readonly #heatKw: number;
  readonly #warmUpS: number;
  readonly #doorS: number;
  readonly #fineUg: number;
  readonly #coarseShare: number;
  readonly #h2Ul: number;

  constructor(random: Random) {
    const { stove } = parameters;
    this.endS = random.draw(stove.lasts);
    this.#heatKw = random.draw(stove.heat);
    this.#warmUpS = random.draw(stove.warmUp);
    this.#doorS = random.draw(stove.doorOpen);
    this.#fineUg = random.draw(stove.fine);
    this.#coarseShare = random.draw(stove.coarseShare);
    this.#h2Ul = random.draw(stove.h2);
  }

  give(atS: number, emission: Emission): void {
    emission.heatKw += this.#heatKw * (1 - exp(-atS / this.#warmUpS)) * Math.min(1, (this.endS - atS) / this.#warmUpS);
    if (atS % 2_400 > this.#doorS) return;
    emission.fineUg += this.#fineUg;
    emission.coarseUg += this.#coarseShare * this.#fineUg;
    emission.vocUl += 0.3 * this.#h2Ul;
    emission.h2Ul += this.#h2Ul;
  }
}

/** A fan heater or a radiator: heat at once, and the dust on it smells for two minutes. */
export class Heater implements Happening {
  readonly endS: number;
  readonly #heatKw: number;
  readonly #dustUg: number;

  constructor(random: Random) {
    const { heater } = parameters;
    this.endS = random.draw(heater.lasts);
    this.#heatKw = random.draw(heater.heat);
    this.#dustUg = random.draw(heater.dust);
  }

  give(atS: number, emission: Emission): void {
    const singed = this.#dustUg * exp(-atS / 120);
    emission.heatKw += this.#heatKw;
    emission.fineUg += singed;
    emission.vocUl += 0.5 * singed;
  }
}

/** Sweeping, vacuuming, sawing: particles, and nothing that a gas sensor knows. */
export class Dust implements Happening {
  readonly endS: number;
  readonly #coarseUg: number;
  readonly #fineUg: number;
  readonly #strokes: Wander;

  constructor(random: Random, stepS: number) {
    const { dust } = parameters;
    this.endS = random.draw(dust.lasts);
    this.#coarseUg = random.draw(dust.coarse);
    this.#fineUg = this.#coarseUg * random.draw(dust.fineShare);
    this.#strokes = new Wander(random.fork("strokes"), { sd: 0.7, memoryS: 10, stepS });
  }

  give(_atS: number, emission: Emission): void {
    const stroke = exp(this.#strokes.next());
    emission.coarseUg += stroke * this.#coarseUg;
    emission.fineUg += stroke * this.#fineUg;
  }
}

/** A shower evaporates water and warms the room a little; droplets count as a few particles. */
export class Shower implements Happening {
  readonly endS: number;
  readonly #waterG: number;
  readonly #fineUg: number;

  constructor(random: Random) {
    const { shower } = parameters;
    this.endS = random.draw(shower.lasts);
    this.#waterG = random.draw(shower.water);
    this.#fineUg = random.draw(shower.fine);
  }

  give(atS: number, emission: Emission): void {
    const warm = Math.min(1, atS / 60);
    emission.waterG += warm * this.#waterG;
    emission.heatKw += warm * 0.4;
    emission.fineUg += warm * this.#fineUg;
  }
}

/** Hair spray, disinfectant, varnish: solvent that evaporates within minutes. Hardly any particles, no carbon monoxide. */
export class Solvent implements Happening {
  readonly endS: number;
  readonly #vocUl: number;
  readonly #fadeS: number;
  readonly #fineUg: number;

  constructor(random: Random) {
    const { solvent } = parameters;
    this.#fadeS = random.draw(solvent.fades);
    this.endS = 5 * this.#fadeS;
    this.#vocUl = (random.draw(solvent.mass) * ETHANOL_UL_PER_MG) / this.#fadeS;
    this.#fineUg = random.draw(solvent.fine);
  }

  give(atS: number, emission: Emission): void {
    emission.vocUl += this.#vocUl * exp(-atS / this.#fadeS);
    emission.fineUg += this.#fineUg * exp((-3 * atS) / this.#fadeS);
  }
}

/** Windows open. */
export class Airing implements Happening {
  readonly endS: number;
  readonly #changes: number;

  constructor(random: Random) {
    this.endS = random.draw(parameters.airing.lasts);
    this.#changes = random.draw(parameters.airing.changes);
  }

  give(_atS: number, emission: Emission): void {
    emission.airing += this.#changes;
  }
}

/** Smoke of a neighbour's chimney in the cold season: fine particles outdoors, of which the room gets its part. */
export class NeighbourStove implements Happening {
  readonly endS: number;
  readonly #fineUgM3: number;

  constructor(random: Random) {
    this.endS = random.draw(parameters.neighbourStove.lasts);
    this.#fineUgM3 = random.draw(parameters.neighbourStove.fine);
  }

  give(atS: number, emission: Emission): void {
    emission.smokyOutdoors += this.#fineUgM3 * Math.min(1, atS / 900, (this.endS - atS) / 900);
  }
}
