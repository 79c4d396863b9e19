/** A week of four offices, a reading a minute, as CSV on stdout: `node make-readings.ts [SEED]`. The same seed gives the same bytes. */
import process from "node:process";

const MINUTES = 7 * 24 * 60;
const START_MS = Date.UTC(2026, 1, 4);

const seed = Number(process.argv[2] ?? 1);
let state = seed;

/** From 0 to 1: a multiplicative generator (Park and Miller). */
function chance(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

const near = (mean: number, spread: number) => mean + spread * (chance() + chance() + chance() - 1.5);

/** People come at about eight, leave at about five, and go out for meetings and lunch. At weekends the light is on now and then, and nobody there. */
function office(name: string) {
  const size = 0.6 + chance();
  let [co2, temperature, isThere, lightLeftOn] = [420, 20, false, false];
  return (minute: number): string => {
    const timeMs = START_MS + minute * 60_000;
    const [weekday, hour] = [new Date(timeMs).getUTCDay(), (minute % 1440) / 60];
    const atWork = weekday % 6 !== 0 && hour > 8 && hour < 17.2;
    if (chance() < (atWork ? 0.02 : 0.004)) isThere = atWork && chance() < 0.75;
    if (!atWork && chance() < 0.05) isThere = false;
    if (chance() < 0.002) lightLeftOn = chance() < 0.3;
    co2 += (isThere ? 14 / size : 0) - (co2 - 420) * 0.012 + near(0, 6);
    temperature += (isThere ? 0.015 : 0) - (temperature - 20 - 2 * Math.sin(((hour - 9) / 24) * 2 * Math.PI)) * 0.01 + near(0, 0.03);
    const daylight = Math.max(0, 250 * Math.sin(((hour - 6.5) / 12) * Math.PI));
    const light = daylight * (0.5 + chance()) + (isThere || lightLeftOn ? 380 : 0) + near(0, 10);
    const values = [temperature, near(36, 4) + (isThere ? 2 : 0), Math.max(0, light), co2].map((value) => value.toFixed(2));
    return [new Date(timeMs).toISOString(), name, ...values, isThere ? 1 : 0].join(",");
  };
}

const offices = ["north", "east", "south", "west"].map(office);
const lines = Array.from({ length: MINUTES }, (_, minute) => offices.map((next) => next(minute))).flat();
process.stdout.write(`time,office,temperature,humidity,light,co2,occupancy\n${lines.join("\n")}\n`);
