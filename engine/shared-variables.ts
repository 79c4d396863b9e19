import { MangroveError } from "../kernel-as/errors.ts";
import { nearest } from "../kernel-as/nearest.ts";

/** Names with these beginnings are those of other programs too, so that only such as are nearly ours are meant for us. */
const beginnings = ["KAFKA_", "MODEL_", "ML_", "FLASK_", "PROMETHEUS_"];

/**
 * What is nearly one of our names and would be read by nobody: `KAFKA_BOOTSTRAP_SERVER` simulates. What follows the beginning is compared, as `PROMETHEUS_HOST` is no `PROMETHEUS_PORT`; beside the
 * name that is nearest it may stand for another program. Throws `MGV_CONFIG`.
 */
export function refuseNearlyOurs(environment: Readonly<Record<string, string | undefined>>, ours: readonly string[]): void {
  for (const name of Object.keys(environment)) {
    const beginning = beginnings.find((each) => name.startsWith(each));
    if (beginning === undefined || ours.includes(name)) continue;
    const after = (each: string) => each.slice(beginning.length);
    const meant = nearest(after(name), ours.filter((each) => each.startsWith(beginning)).map(after));
    if (meant === undefined || environment[beginning + meant] !== undefined) continue;
    throw new MangroveError("MGV_CONFIG", `There is no variable ${name}, and ${beginning}${meant} is not set. Did you mean that? If ${name} is another program's, unset it here.`);
  }
}
