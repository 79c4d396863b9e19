/** A quantity that is drawn anew for each room, device or happening. */
export interface Quantity {
  readonly low: number;
  readonly high: number;
  /** Evenly between the bounds, or evenly in the logarithm. */
  readonly scale: "even" | "log";
  readonly unit: string;
  readonly source: string;
}

const even = (low: number, high: number, unit: string, source: string): Quantity => ({ low, high, scale: "even", unit, source });
const log = (low: number, high: number, unit: string, source: string): Quantity => ({ low, high, scale: "log", unit, source });

const recording = "the public recording of this sensor";
const estimate = "estimate";
const murray = "Murray and Burmaster, Risk Analysis 15 (1995): air change of US homes";
const thatcher = "Thatcher and Layton, Atmospheric Environment 29 (1995): deposition, resuspension, penetration";
const he = "He et al., Atmospheric Environment 38 (2004): particle emission of activities in homes";
const olson = "Olson and Burke, Environmental Science & Technology 40 (2006): source strengths of cooking";
const pagels = "Pagels et al., Journal of Aerosol Science 40 (2009): candle smoke";
const incense = "Lee and Wang, Atmospheric Environment 38 (2004): emissions of burning incense; cigarettes are within it";
const moisture = "EN ISO 13788: moisture supply of dwellings";
const tewarson = "Tewarson, SFPE Handbook of Fire Protection Engineering: yields by fuel";
const nfpa = "NFPA 72: fires grow as t², slow 0.0029, medium 0.0117, fast 0.047 kW/s²";
const babrauskas = "Babrauskas and Krasny, NBS Monograph 173 (1985): smouldering of upholstered furniture, grams a minute";
const sgp30 = "Sensirion SGP30 data sheet, and its application notes on baselines and humidity";
const sps30 = "Sensirion SPS30 data sheet: precision, drift by year";
const sht31 = "Sensirion SHT31 data sheet";

/**
 * The numbers of the simulated world, in one place, each with where it comes from; docs/simulated-world.md is made of this table. They are frozen: a model is
 * tuned to data of these, never these to a model.
 */
export const parameters = {
  room: {
    volume: even(15, 70, "m³", "rooms of dwellings; " + estimate),
    airChange: log(0.3, 4, "1/h", murray),
    mixing: even(10, 60, "s", "from the source to the sensor; " + estimate),
    swirls: even(0.1, 0.4, "share", recording + ": smoke passes in swirls of some seconds"),
    heatedTo: even(18, 25, "°C", estimate),
    unheatedAboveOutside: even(1, 7, "K", "cellars, attics, garages; " + estimate),
    dayCourse: even(0.5, 3, "K", estimate),
    moistureSupply: even(0.5, 5, "g/m³", moisture),
    infiltration: even(0.3, 0.8, "share of outdoor fine particles", thatcher),
    fine: log(0.7, 3, "µg/m³", recording),
    coarse: log(0.002, 0.03, "µg/m³", recording),
    voc: log(40, 900, "ppb", recording),
    h2: log(3, 120, "ppb", recording),
  },
  /** Of whatever gives off smoke or fumes. */
  puffs: {
    sd: even(0.2, 0.7, "of the logarithm", recording + ": a factor of three up and down within ten to thirty seconds"),
    memory: log(6, 60, "s", recording),
  },
  neighbourStove: {
    lasts: log(1_800, 18_000, "s", estimate),
    fine: log(10, 150, "µg/m³ outdoors", "winter evenings where wood is burnt; " + estimate),
  },
  cooking: {
    lasts: even(480, 1_800, "s", estimate),
    hoodAfter: even(200, 900, "s", estimate),
    hood: even(3, 12, "1/h", estimate),
    heat: even(0.2, 1.8, "kW", estimate),
    water: even(0.05, 0.35, "g/s", estimate),
    fine: log(2, 80, "µg/s", he + "; " + olson),
    voc: log(5, 150, "µL/s", estimate),
    h2: log(1, 30, "µL/s", "gas hobs and hot oil; " + estimate),
    coarseShare: log(0.01, 0.15, "of fine", he),
    burns: even(60, 240, "s", "of what is burnt at the end; " + estimate),
    burntFine: log(3, 20, "times", olson + ": burnt food"),
    burntH2: log(3, 20, "times", "it smoulders; " + estimate),
  },
  candles: {
    lasts: log(900, 14_400, "s", estimate),
    heat: even(0.05, 0.4, "kW", "one to five; " + estimate),
    fine: log(0.5, 15, "µg/s", pagels),
    voc: log(0.5, 10, "µL/s", estimate),
    h2: log(0.3, 6, "µL/s", estimate),
    coarseShare: log(0.003, 0.05, "of fine", pagels),
    puff: log(30, 600, "µg/s", "for seconds, when they are blown out; " + pagels),
  },
  smoking: {
    lasts: log(300, 2_700, "s", incense),
    fine: log(15, 300, "µg/s", incense),
    coarseShare: log(0.003, 0.05, "of fine", incense),
    voc: log(5, 80, "µL/s", incense),
    h2: log(8, 80, "µL/s", incense),
  },
  stove: {
    lasts: log(3_600, 14_400, "s", estimate),
    heat: even(1.5, 5, "kW", estimate),
    warmUp: even(400, 1_500, "s", estimate),
    doorOpen: even(20, 90, "s", estimate),
    fine: log(20, 800, "µg/s while its door is open", estimate),
    coarseShare: log(0.01, 0.2, "of fine; ash", estimate),
    h2: log(10, 300, "µL/s while its door is open", estimate),
  },
  heater: {
    lasts: log(600, 5_400, "s", estimate),
    heat: even(0.5, 2, "kW", estimate),
    dust: log(0.5, 40, "µg/s in the first minutes", "dust that burns off; " + estimate),
  },
  dust: {
    lasts: even(120, 900, "s", estimate),
    coarse: log(3, 300, "µg/s", he + ": sweeping, vacuuming"),
    fineShare: even(0.1, 0.3, "share", thatcher),
  },
  shower: {
    lasts: even(240, 900, "s", estimate),
    water: even(0.25, 0.85, "g/s", estimate),
    fine: log(0.5, 15, "µg/s", he),
  },
  solvent: {
    fades: even(20, 150, "s", estimate),
    mass: log(20, 1_500, "mg", "hair spray, disinfectant, varnish; " + estimate),
    fine: log(1, 200, "µg/s", estimate),
  },
  airing: {
    lasts: even(300, 1_200, "s", estimate),
    changes: even(3, 15, "1/h", murray),
  },
  fire: {
    reach: log(0.25, 1, "share", "of what it gives off, in the sensor's part of the building; " + estimate),
    glows: even(120, 1_200, "s at its peak", babrauskas),
    doubles: log(60, 400, "s", "a glow spreads; " + babrauskas),
    glow: log(0.008, 0.12, "g/s at its peak", babrauskas),
    coarseShare: log(0.004, 0.1, "of fine", "smoke that has aged and ash; " + estimate),
    yields: log(0.5, 2, "times its fuel's, each by itself", tewarson),
    growth: log(0.0015, 0.047, "kW/s²", nfpa),
    peak: log(2, 60, "kW", "a pan or a waste-paper basket to a chair: when an alarm is still of use; " + estimate),
    staysAtPeak: even(60, 360, "s", estimate),
    putOutWithin: even(2, 8, "s", estimate),
    burnsOutWithin: even(20, 60, "s", estimate),
    airedAfter: even(20, 60, "1/h", estimate),
    airedFor: even(600, 1_500, "s", estimate),
  },
  device: {
    age: even(0, 10, "years", "life of a detector; " + estimate),
    heatLag: even(20, 60, "s", "with its enclosure; " + sht31),
    waterLag: even(5, 12, "s", sht31),
    gasLag: even(3, 10, "s", sgp30),
    dustLag: even(2, 5, "s", sps30),
    gasGain: log(0.7, 1.4, "times", sgp30),
    gasFade: even(0, 0.05, "share of the signal a year", "siloxanes; " + sgp30),
    dustGain: even(0.9, 1.1, "times", sps30),
    dustDrift: even(-0.0125, 0.0125, "share a year", sps30),
    fouling: log(0.02, 1, "µg/m³ a year", "dust on the optics; " + estimate),
    ownCycle: even(0, 1.5, "K", recording + ": it warms and cools itself once a minute"),
    ownHeat: even(0, 2, "K", recording),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Quantity>>>>;

/** Grams given off per gram of fuel. */
export interface Yields {
  readonly smoke: number;
  readonly co: number;
  readonly voc: number;
}

export interface Fuel {
  readonly what: string;
  /** kJ per gram burnt in flames. */
  readonly heat: number;
  readonly flaming: Yields;
  readonly smouldering: Yields;
}

/** Clean flames of wood, sooty ones of foam and cable insulation, much carbon monoxide and vapour from whatever only glows: orders of magnitude of Tewarson's tables. */
export const fuels: readonly Fuel[] = [
  { what: "wood, paper", heat: 13, flaming: { smoke: 0.015, co: 0.005, voc: 0.004 }, smouldering: { smoke: 0.07, co: 0.13, voc: 0.06 } },
  { what: "foam, textiles", heat: 18, flaming: { smoke: 0.1, co: 0.03, voc: 0.01 }, smouldering: { smoke: 0.12, co: 0.08, voc: 0.05 } },
  { what: "cables, devices", heat: 16, flaming: { smoke: 0.12, co: 0.06, voc: 0.03 }, smouldering: { smoke: 0.06, co: 0.04, voc: 0.15 } },
  { what: "oil in a pan", heat: 35, flaming: { smoke: 0.06, co: 0.01, voc: 0.02 }, smouldering: { smoke: 0.15, co: 0.02, voc: 0.08 } },
];

export const fuelSource = tewarson;

/** Something is burnt in one meal of this many: an estimate. */
export const mealsToABurntOne = 30;

/** What is drawn around a usual value, or wanders around it and remembers for hours where it was. */
interface Deviation {
  /** Standard deviation. */
  readonly sd: number;
  readonly hours?: number;
  readonly unit: string;
  readonly source: string;
}

export const deviations = {
  zeroH2: { sd: 380, unit: "counts", source: "raw signals differ from device to device; " + sgp30 },
  zeroEthanol: { sd: 550, unit: "counts", source: sgp30 },
  zeroC: { sd: 0.5, unit: "K", source: sht31 },
  zeroHumidity: { sd: 2.5, unit: "%", source: sht31 },
  ageing: { sd: 90, unit: "counts times the root of the years", source: estimate + " after " + sgp30 },
  driftH2: { sd: 70, hours: 4, unit: "counts", source: recording },
  driftEthanol: { sd: 120, hours: 4, unit: "counts", source: recording },
  baseline: { sd: 130, hours: 12, unit: "counts", source: "TVOC and eCO2 are told against a learned baseline; " + sgp30 },
} as const satisfies Readonly<Record<string, Deviation>>;
