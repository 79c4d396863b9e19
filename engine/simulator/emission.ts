/** What the sources in a room give off per second. 1 µL of gas in 1 m³ is 1 ppb. */
export class Emission {
  heatKw = 0;
  waterG = 0;
  /** Particles below about 1 µm: smoke, fumes. */
  fineUg = 0;
  /** Particles above: dust, ash. */
  coarseUg = 0;
  /** Volatile organic compounds, as ethanol. */
  vocUl = 0;
  /** Hydrogen, and carbon monoxide by what a hydrogen sensor makes of it. */
  h2Ul = 0;
  /** Not given off but let through: air changes per hour by open windows, beyond the room's own. */
  airing = 0;
  /** Not given off either: µg/m³ of fine particles that stand before the windows, beyond the weather's own. */
  smokyOutdoors = 0;

  clear(): void {
    this.heatKw = this.waterG = this.fineUg = this.coarseUg = this.vocUl = this.h2Ul = this.airing = this.smokyOutdoors = 0;
  }

  /** Goes `share` of the way to another emission; what comes through a window acts at once. */
  approach(other: Emission, share: number): void {
    this.heatKw += share * (other.heatKw - this.heatKw);
    this.waterG += share * (other.waterG - this.waterG);
    this.fineUg += share * (other.fineUg - this.fineUg);
    this.coarseUg += share * (other.coarseUg - this.coarseUg);
    this.vocUl += share * (other.vocUl - this.vocUl);
    this.h2Ul += share * (other.h2Ul - this.h2Ul);
    this.airing = other.airing;
    this.smokyOutdoors = other.smokyOutdoors;
  }
}

/** Something that goes on in a room for a while. */
export interface Happening {
  /** Seconds from its start until it gives off nothing any more. */
  readonly endS: number;
  /** Adds what it gives off `atS` seconds after its start. Called once per step, in order. */
  give(atS: number, emission: Emission): void;
}

/** Microlitres of vapour in a milligram, at 20 °C (24.0 L/mol): ethanol has 46 g/mol. */
export const ETHANOL_UL_PER_MG = 24_000 / 46;

/**
 * What a milligram of carbon monoxide stands for at a hydrogen sensor: 857 µL of it seen at a tenth, and the hydrogen
 * that leaves a fire with it, about 2 % of its mass at 12,000 µL/mg.
 */
export const H2_UL_PER_MG_CO = 86 + 240;
