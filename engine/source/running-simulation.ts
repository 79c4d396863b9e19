import type { LitFire } from "../simulator/lit-fire.ts";

/** What may be done to a simulation while it runs. */
export interface RunningSimulation {
  /** A phrase for people. */
  readonly description: string;
  /** Times real time; 0: it stands still; null: it does not wait, and has no pace that could be changed. */
  readonly speed: number | null;
  /** The most that `setSpeed` takes. */
  readonly mostSpeed: number;
  /** How many sensors are simulated; null where that is not known. */
  readonly sensors: number | null;
  /** Event time of the latest readings, epoch ms; null before the first. */
  readonly timeMs: number | null;
  /** Rooms in which fires may be lit. */
  readonly hasRooms: boolean;
  /** That were lit, the newest last; they may be out. */
  readonly fires: readonly TimedFire[];
  /** Throws `MGV_USAGE` for what is no speed, `MGV_NOT_READY` where there is no pace. */
  setSpeed(speed: number): void;
  /** Lights a fire with the next readings; resolves once it would burn again after a crash. Throws `MGV_NOT_FOUND` for a sensor that is not there, `MGV_NOT_READY` where none can be lit now, `MGV_FILE_WRITE`. */
  light(sensor: string): Promise<TimedFire>;
}

export interface TimedFire extends LitFire {
  /** Event time of its first reading, epoch ms. */
  readonly timeMs: number;
  readonly isBurning: boolean;
}
