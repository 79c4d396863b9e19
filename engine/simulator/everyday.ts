import type { Happening } from "./emission.ts";
import { Airing, Cooking, Dust, Shower, Solvent } from "./events.ts";
import type { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";

export interface RoomKind {
  readonly cooking: number;
  readonly dust: number;
  readonly shower: number;
  readonly solvent: number;
  readonly airing: number;
}

/**
 * Happenings per day in rooms of each kind. About three times as many as people live with, so that an hour of a dozen
 * rooms holds some of everything that is mistaken for a fire.
 */
export const roomKinds: readonly RoomKind[] = [
  { cooking: 12, dust: 2, shower: 0, solvent: 4, airing: 6 }, // kitchen
  { cooking: 0, dust: 2, shower: 12, solvent: 8, airing: 8 }, // bathroom
  { cooking: 3, dust: 4, shower: 0, solvent: 2, airing: 4 }, // living room
  { cooking: 0, dust: 8, shower: 0, solvent: 8, airing: 4 }, // workshop
];

/** What people do in a room, each with random numbers of its own. */
export function everydayLife(random: Random, kind: RoomKind, stepS: number): readonly Schedule<Happening>[] {
  return [
    new Schedule<Happening>(random.fork("cooking"), { perDay: kind.cooking, begin: (own) => new Cooking(own, stepS) }),
    new Schedule<Happening>(random.fork("dust"), { perDay: kind.dust, begin: (own) => new Dust(own, stepS) }),
    new Schedule<Happening>(random.fork("shower"), { perDay: kind.shower, begin: (own) => new Shower(own) }),
    new Schedule<Happening>(random.fork("solvent"), { perDay: kind.solvent, begin: (own) => new Solvent(own) }),
    new Schedule<Happening>(random.fork("airing"), { perDay: kind.airing, begin: (own) => new Airing(own) }),
  ];
}
