/** What texts call what a model looks for, and what it looks for it in. */
export interface Words {
  /** What a label of 1 is called: `fire`. */
  readonly event: string;
  /** A time of it, and several. */
  readonly spell: string;
  readonly spells: string;
  /** Where a sensor stands, or the sensor itself. */
  readonly place: string;
}

export const FIRE = "fire";

/** Of any label but fire only its name is known. */
export function wordsOf(event: string): Words {
  return event === FIRE ? { event, spell: "fire", spells: "fires", place: "room" } : { event, spell: `spell of ${event}`, spells: `spells of ${event}`, place: "sensor" };
}
