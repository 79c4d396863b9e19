/** Values far from a sensor's own recent ones. */
export interface AnomalyOptions<Field extends string = string> {
  /** The fields that are looked at. */
  readonly watched: readonly Field[];
  /** How many of the sensor's last values are looked at, and how many there must be (100, 30). */
  readonly window: number;
  readonly atLeast: number;
  /** Standard deviations from the mean that are told as MEDIUM and as HIGH (3, 4). */
  readonly medium: number;
  readonly high: number;
}
