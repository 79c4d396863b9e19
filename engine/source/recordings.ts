/** A step of event time that is longer than this, or goes back by more, begins another recording. */
const RECORDING_GAP_MS = 60_000;

/** Tells the recordings of a file apart that follow one another without a sensor's name: R1, R2, … */
export class Recordings {
  #number = 1;
  #lastMs = NaN;

  /** The recording that a reading of this event time belongs to; one without a time belongs to the one in hand. */
  nameOf(timeMs: number): string {
    if (Math.abs(timeMs - this.#lastMs) > RECORDING_GAP_MS) this.#number++;
    if (!Number.isNaN(timeMs)) this.#lastMs = timeMs;
    return `R${this.#number}`;
  }
}
