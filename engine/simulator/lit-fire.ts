/** A fire that somebody has lit in a simulated room: the same seed and the same fires give the same readings. */
export interface LitFire {
  readonly sensor: string;
  /** Of the readings that it begins with: how many each sensor has given before. */
  readonly step: number;
}
