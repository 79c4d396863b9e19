/* What is known of each sensor. */

/** Points of a sensor that are held. */
const MOST_POINTS = 240;

export const levels = ["NONE", "MEDIUM", "HIGH", "CRITICAL"];

/** Without a word for so long, by this clock, a sensor is shown as silent. */
export const SILENT_MS = 15_000;

export class Sensor {
  constructor(name) {
    this.name = name;
    this.times = [];
    this.values = [];
    this.level = "NONE";
    this.probability = NaN;
    this.timestamp = null;
    this.heardMs = performance.now();
  }

  take({ timestamp, probability, alert_level: level }) {
    this.heardMs = performance.now();
    if (timestamp === this.timestamp && probability === this.probability) return;
    this.timestamp = timestamp;
    this.probability = probability;
    this.level = level;
    this.times.push(Date.parse(timestamp) / 1000);
    this.values.push(probability);
    if (this.times.length > MOST_POINTS * 1.5) {
      this.times.splice(0, this.times.length - MOST_POINTS);
      this.values.splice(0, this.values.length - MOST_POINTS);
    }
  }
}
