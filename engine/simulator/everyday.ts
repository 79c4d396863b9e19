import type { Happening } from "./emission.ts";
import { Airing, Candles, Cooking, Dust, Heater, NeighbourStove, Shower, Smoking, Solvent, Stove } from "./events.ts";
import type { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";

/** Happenings a day as people live. */
interface Habits {
  readonly cooking: number;
  readonly candles: number;
  readonly smoking: number;
  readonly dust: number;
  readonly shower: number;
  readonly solvent: number;
  readonly airing: number;
  /** In midwinter. */
  readonly stove: number;
  readonly heater: number;
}

interface RoomKind {
  readonly name: string;
  /** By a heating that keeps its warmth; else it is about as cold as outside. */
  readonly heated: boolean;
  readonly habits: Habits;
}

/** How often things happen in rooms of each kind: estimates. What is only heard of from the next room is in here too. */
export const roomKinds: readonly RoomKind[] = [
  { name: "kitchen", heated: true, habits: { cooking: 3, candles: 0.1, smoking: 0.1, dust: 0.5, shower: 0, solvent: 0.6, airing: 2, stove: 0, heater: 0 } },
  { name: "bathroom", heated: true, habits: { cooking: 0, candles: 0.1, smoking: 0, dust: 0.3, shower: 3, solvent: 2, airing: 2, stove: 0, heater: 1 } },
  { name: "living room", heated: true, habits: { cooking: 0.7, candles: 0.6, smoking: 0.5, dust: 0.7, shower: 0, solvent: 0.4, airing: 1.5, stove: 1, heater: 0.2 } },
  { name: "bedroom", heated: true, habits: { cooking: 0, candles: 0.2, smoking: 0.1, dust: 0.5, shower: 0, solvent: 0.7, airing: 2, stove: 0, heater: 0.3 } },
  { name: "workshop", heated: false, habits: { cooking: 0, candles: 0, smoking: 0.4, dust: 3, shower: 0, solvent: 2, airing: 1.5, stove: 0.3, heater: 1 } },
];

/** Evenings a day on which a neighbour's chimney smokes, in midwinter. */
const SMOKY_EVENINGS = 0.3;

/** What people do in a room, each with random numbers of its own. `busy` times as often as people live; `winter` is 1 in midwinter, 0 in midsummer. */
export function everydayLife(random: Random, { habits }: RoomKind, { stepS, busy, winter }: { stepS: number; busy: number; winter: number }): readonly Schedule<Happening>[] {
  const schedule = (what: string, perDay: number, begin: (own: Random) => Happening) => new Schedule<Happening>(random.fork(what), { perDay: perDay * busy, begin });
  return [
    schedule("cooking", habits.cooking, (own) => new Cooking(own, stepS)),
    schedule("candles", habits.candles, (own) => new Candles(own, stepS)),
    schedule("smoking", habits.smoking, (own) => new Smoking(own, stepS)),
    schedule("dust", habits.dust, (own) => new Dust(own, stepS)),
    schedule("shower", habits.shower, (own) => new Shower(own)),
    schedule("solvent", habits.solvent, (own) => new Solvent(own)),
    schedule("airing", habits.airing, (own) => new Airing(own)),
    schedule("stove", habits.stove * winter, (own) => new Stove(own)),
    schedule("heater", habits.heater * winter, (own) => new Heater(own)),
    schedule("neighbour", SMOKY_EVENINGS * winter, (own) => new NeighbourStove(own)),
  ];
}
