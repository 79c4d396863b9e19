import { exp } from "../../kernel-as/assembly/math.ts";
import { ETHANOL_UL_PER_MG, type Emission, type Happening } from "./emission.ts";
import type { Random } from "./random.ts";
import { Wander } from "./wander.ts";

/**
 * Frying, boiling, baking: vapour, fumes, gases and heat. Kitchens have been measured to give off 0.1 to 5 mg of fine particles a
 * minute; what burns on gives off several times that, and looks like a small fire to every channel of a sensor.
 */
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
  readonly #burnsFromS: number;
  readonly #stirring: Wander;

  constructor(random: Random, stepS: number) {
    this.#doneS = random.between(480, 1_800);
    this.endS = this.#doneS + random.between(200, 900);
    this.#heatKw = random.between(0.2, 1.8);
    this.#waterG = random.between(0.05, 0.35);
    this.#fineUg = random.magnitude(2, 80);
    this.#vocUl = random.magnitude(5, 150);
    this.#h2Ul = random.magnitude(1, 30);
    this.#hood = random.between(3, 12);
    this.#burnsFromS = random.uniform() < 0.25 ? this.#doneS - random.between(60, 240) : Infinity;
    this.#stirring = new Wander(random.fork("stirring"), { sd: 0.4, memoryS: 25, stepS });
  }

  give(atS: number, emission: Emission): void {
    emission.airing += this.#hood;
    if (atS > this.#doneS) return;
    const warm = Math.min(1, atS / 120);
    const fumes = warm * exp(this.#stirring.next());
    const burns = atS > this.#burnsFromS;
    emission.heatKw += warm * this.#heatKw;
    emission.waterG += warm * this.#waterG;
    emission.fineUg += fumes * this.#fineUg * (burns ? 8 : 1);
    emission.coarseUg += fumes * this.#fineUg * 0.05;
    emission.vocUl += fumes * this.#vocUl * (burns ? 3 : 1);
    emission.h2Ul += fumes * this.#h2Ul * (burns ? 5 : 1);
  }
}

/** Sweeping, vacuuming, sawing: particles, and nothing that a gas sensor knows. Some of it (a tenth to a third) is fine. */
export class Dust implements Happening {
  readonly endS: number;
  readonly #coarseUg: number;
  readonly #fineUg: number;
  readonly #strokes: Wander;

  constructor(random: Random, stepS: number) {
    this.endS = random.between(120, 900);
    this.#coarseUg = random.magnitude(3, 300);
    this.#fineUg = this.#coarseUg * random.between(0.1, 0.3);
    this.#strokes = new Wander(random.fork("strokes"), { sd: 0.7, memoryS: 10, stepS });
  }

  give(_atS: number, emission: Emission): void {
    const stroke = exp(this.#strokes.next());
    emission.coarseUg += stroke * this.#coarseUg;
    emission.fineUg += stroke * this.#fineUg;
  }
}

/** A shower evaporates 15 to 50 g of water a minute and warms the room a little; droplets count as a few particles. */
export class Shower implements Happening {
  readonly endS: number;
  readonly #waterG: number;
  readonly #fineUg: number;

  constructor(random: Random) {
    this.endS = random.between(240, 900);
    this.#waterG = random.between(0.25, 0.85);
    this.#fineUg = random.magnitude(0.5, 15);
  }

  give(atS: number, emission: Emission): void {
    const warm = Math.min(1, atS / 60);
    emission.waterG += warm * this.#waterG;
    emission.heatKw += warm * 0.4;
    emission.fineUg += warm * this.#fineUg;
  }
}

/** Hair spray, disinfectant, varnish: 0.02 to 1.5 g of solvent that evaporate within minutes. Hardly any particles, no carbon monoxide. */
export class Solvent implements Happening {
  readonly endS: number;
  readonly #vocUl: number;
  readonly #fadeS: number;
  readonly #fineUg: number;

  constructor(random: Random) {
    this.#fadeS = random.between(20, 150);
    this.endS = 5 * this.#fadeS;
    this.#vocUl = (random.magnitude(20, 1_500) * ETHANOL_UL_PER_MG) / this.#fadeS;
    this.#fineUg = random.magnitude(1, 200);
  }

  give(atS: number, emission: Emission): void {
    emission.vocUl += this.#vocUl * exp(-atS / this.#fadeS);
    emission.fineUg += this.#fineUg * exp((-3 * atS) / this.#fadeS);
  }
}

/** Windows open: 3 to 15 more air changes an hour. */
export class Airing implements Happening {
  readonly endS: number;
  readonly #changes: number;

  constructor(random: Random) {
    this.endS = random.between(300, 1_200);
    this.#changes = random.between(3, 15);
  }

  give(_atS: number, emission: Emission): void {
    emission.airing += this.#changes;
  }
}
