import { exp, log } from "../../kernel-as/assembly/math.ts";
import { saturationGm3 } from "./humidity.ts";
import { deviations, parameters } from "./parameters.ts";
import { countParticles } from "./particles.ts";
import type { Random } from "./random.ts";
import { COUNTER, LABEL } from "./reading.ts";
import type { Room } from "./room.ts";
import { lagShare, Wander } from "./wander.ts";

/** The raw signals fall by 512 counts whenever the gas grows e-fold (data sheet of the recording's gas sensor). */
const COUNTS_PER_E = 512;
/** ppb of gas at which the signal begins to fall: reference concentrations of the same data sheet. */
const ETHANOL_KNEE = 400;
const H2_KNEE = 500;
/** ppm of eCO2 per ppb of hydrogen, read off the recorded fire against its Raw H2; the spread there is 1.3 to 1.8. */
const ECO2_PER_H2 = 1.4;
const MOST_GAS = 60_000;
const MOST_PARTICLES = 65_000;
/** µg/m³ from which on the counter has so many particles that their chance arrivals matter little. */
const FEW = 300;
/** Humid air lowers both raw signals, counts per g/m³ from 9 g/m³ on: airing the recorded room raised them by 300. */
const HUMIDITY_COUNTS = 25;
/** The part of that which the device's own correction leaves in TVOC and eCO2. */
const HUMID_LEFT = 0.3;
/** The recorded device warms and cools its own enclosure once a minute, by up to 1.5 °C to either side. */
const CYCLE_S = 60;
const CYCLE_LAG_S = 7;

/** One device: it follows its room with lags, has its own errors of scale and zero, drifts over hours, and is noisy. */
export class Sensor {
  readonly #random: Random;
  readonly #room: Room;
  readonly #shares: { readonly heat: number; readonly water: number; readonly gas: number; readonly dust: number; readonly cycle: number };
  readonly #zero: { readonly c: number; readonly humidity: number; readonly hpa: number; readonly h2: number; readonly ethanol: number };
  readonly #gain: { readonly gas: number; readonly dust: number };
  readonly #drift: { readonly c: Wander; readonly h2: Wander; readonly ethanol: Wander };
  /** How far the baselines are off that TVOC and eCO2 are told against, counts. */
  readonly #baseline: { readonly h2: Wander; readonly ethanol: Wander };
  readonly #countsPerE: number;
  /** µg/m³ of dust on the optics that are counted as fine particles. */
  readonly #fouling: number;
  readonly #sampling: Wander;
  readonly #cycle: { readonly c: number; readonly phaseS: number };
  #airC: number;
  #water: number;
  #fine: number;
  #coarse: number;
  #voc: number;
  #h2: number;
  #selfC = 0;
  #count = 0;

  /** `stepS` between calls of `follow`, `intervalS` between readings. */
  constructor(random: Random, room: Room, options: { stepS: number; intervalS: number }) {
    const { stepS, intervalS } = options;
    this.#random = random;
    this.#room = room;
    const { device } = parameters;
    const years = random.draw(device.age);
    const aged = Math.sqrt(years) * deviations.ageing.sd;
    this.#shares = {
      heat: lagShare(stepS, random.draw(device.heatLag)),
      water: lagShare(stepS, random.draw(device.waterLag)),
      gas: lagShare(stepS, random.draw(device.gasLag)),
      dust: lagShare(stepS, random.draw(device.dustLag)),
      cycle: lagShare(stepS, CYCLE_LAG_S),
    };
    this.#zero = {
      c: deviations.zeroC.sd * random.normal() + random.draw(device.ownHeat),
      humidity: deviations.zeroHumidity.sd * random.normal(),
      hpa: random.between(-1.5, 1.5),
      h2: 13_050 + deviations.zeroH2.sd * random.normal() + aged * random.normal(),
      ethanol: 20_150 + deviations.zeroEthanol.sd * random.normal() + aged * random.normal(),
    };
    this.#gain = { gas: random.draw(device.gasGain), dust: random.draw(device.dustGain) * (1 + years * random.draw(device.dustDrift)) };
    this.#countsPerE = COUNTS_PER_E * (1 - years * random.draw(device.gasFade));
    this.#fouling = years * random.draw(device.fouling);
    const slow = { memoryS: deviations.driftH2.hours * 3_600, stepS: intervalS };
    this.#drift = {
      c: new Wander(random, { sd: 0.15, ...slow }),
      h2: new Wander(random, { sd: deviations.driftH2.sd, ...slow }),
      ethanol: new Wander(random, { sd: deviations.driftEthanol.sd, ...slow }),
    };
    const baseline = { sd: deviations.baseline.sd, memoryS: deviations.baseline.hours * 3_600, stepS: intervalS };
    this.#baseline = { h2: new Wander(random, baseline), ethanol: new Wander(random, baseline) };
    // The particle counter draws little air: the quiet recording wanders by 11 % within a minute, by 1.2 % from one reading to the next.
    this.#sampling = new Wander(random, { sd: 0.11, memoryS: 20, stepS: intervalS });
    this.#cycle = { c: random.draw(device.ownCycle), phaseS: random.between(0, CYCLE_S) };
    this.#airC = room.airC;
    this.#water = room.water;
    this.#fine = room.fine;
    this.#coarse = room.coarse;
    this.#voc = room.voc;
    this.#h2 = room.h2;
  }

  /** One step of the room later. */
  follow(nowS: number): void {
    const room = this.#room;
    const shares = this.#shares;
    this.#airC += shares.heat * (room.airC - this.#airC);
    this.#water += shares.water * (room.water - this.#water);
    this.#fine += shares.dust * (room.fine - this.#fine);
    this.#coarse += shares.dust * (room.coarse - this.#coarse);
    this.#voc += shares.gas * (room.voc - this.#voc);
    this.#h2 += shares.gas * (room.h2 - this.#h2);
    const turn = (nowS + this.#cycle.phaseS) / CYCLE_S;
    const heats = turn - Math.floor(turn) < 0.5;
    this.#selfC += shares.cycle * ((heats ? this.#cycle.c : -this.#cycle.c) - this.#selfC);
  }

  /** Writes a reading, rounded as the recording is, to `row` from `at` on. `weatherHpa` is the pressure outside. */
  read(row: Float64Array, at: number, weatherHpa: number): void {
    const random = this.#random;
    const drift = this.#drift;
    const c = this.#airC + this.#selfC + this.#zero.c + drift.c.next();
    const humidity = (100 * this.#water) / saturationGm3(c) + this.#zero.humidity + 0.035 * random.normal();
    const voc = this.#voc * this.#gain.gas;
    const h2 = this.#h2 * this.#gain.gas;
    const humid = HUMIDITY_COUNTS * (this.#water - 9);
    // Each of the two gas channels sees a little of the other's gas.
    const ethanol = voc + 0.25 * h2;
    const hydrogen = h2 + 0.01 * voc;
    const ethanolCounts = this.#countsPerE * log(1 + ethanol / ETHANOL_KNEE);
    const h2Counts = this.#countsPerE * log(1 + hydrogen / H2_KNEE);
    const tvoc = told(ethanol, ETHANOL_KNEE, this.#baseline.ethanol.next() + HUMID_LEFT * humid);
    const h2Told = told(hydrogen, H2_KNEE, this.#baseline.h2.next() + HUMID_LEFT * humid);
    row[at] = rounded(c + 0.015 * random.normal(), -40, 85, 1_000);
    row[at + 1] = rounded(humidity, 1, 99.5, 100);
    row[at + 2] = rounded(tvoc + (8 + 0.015 * tvoc) * random.normal(), 0, MOST_GAS, 1);
    row[at + 3] = rounded(400 + ECO2_PER_H2 * h2Told * (1 + 0.01 * random.normal()) + 5 * random.normal(), 400, MOST_GAS, 1);
    row[at + 4] = rounded(this.#zero.h2 + drift.h2.next() - humid - h2Counts + 3.8 * random.normal(), 9_000, 16_000, 1);
    row[at + 5] = rounded(this.#zero.ethanol + drift.ethanol.next() - humid - ethanolCounts + 5.6 * random.normal(), 14_000, 23_000, 1);
    row[at + 6] = rounded(weatherHpa + this.#zero.hpa + 0.0047 * random.normal(), 300, 1_100, 1_000);
    const few = FEW / (FEW + this.#fine + this.#coarse);
    const seen = this.#gain.dust * exp(few * this.#sampling.next()) * (1 + 0.012 * random.normal());
    countParticles(row, at + 7, this.#fine + this.#fouling, this.#coarse);
    for (let i = 7; i < 12; i++) row[at + i] = rounded(seen * row[at + i]!, 0, MOST_PARTICLES, i < 10 ? 100 : 1_000);
    row[at + COUNTER] = this.#count++;
    row[at + LABEL] = this.#room.burning ? 1 : 0;
  }
}

/** ppb that a device makes of a gas when its baseline is off by `counts`: data sheets give the signal as the logarithm of the concentration. Never below 0. */
function told(ppb: number, knee: number, counts: number): number {
  return Math.max(0, (ppb + knee) * exp(counts / COUNTS_PER_E) - knee);
}

/** The nearest multiple of 1 / `scale` between `least` and `most`; never -0. */
function rounded(value: number, least: number, most: number, scale: number): number {
  if (value <= least) return least;
  if (value >= most) return most;
  return Math.round(value * scale) / scale + 0;
}
