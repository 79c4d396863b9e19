import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import { checkStep, isName, must, mustTake } from "./check-step.ts";
import { durationMs, type Duration } from "./duration.ts";
import { defaultClock, type Step, type StepOf } from "./step.ts";
import { Stream } from "./stream.ts";

export interface EventTimeOptions {
  /** `sensor`: each sensor has its own watermark. `partition`: one for all (`sensor`). */
  per?: "sensor" | "partition";
  /** A reading older than the newest by more than this is late (`10s`). */
  maxOutOfOrderness?: Duration;
  /** Event times further than this ahead of the broker's append time are refused (`5m`). */
  maxAhead?: Duration;
  /** A sensor silent for so long no longer holds its windows open (it always does). */
  idleAfter?: Duration;
  /** A sensor silent for so long is forgotten with all its state (`1d`). */
  forgetAfter?: Duration;
}

/** The rows of a source as its schema says; still to be told are the keys of event time and sensor, if they are not to be the schema's own. */
export class SourceStream<Field extends string, TimeKey extends string, SensorKey extends string> extends Stream<Field> {
  constructor(name: string, steps: readonly Step[]) {
    super(name, steps, steps.at(-1)!);
  }

  /** Reads event time from `key`, before the schema's other time keys, and says how it moves on. Throws `MGV_USAGE`. */
  eventTime(key: TimeKey, options: EventTimeOptions = {}): SourceStream<Field, TimeKey, SensorKey> {
    must("eventTime", isName(key));
    mustTake("eventTime", options, ["per", "maxOutOfOrderness", "maxAhead", "idleAfter", "forgetAfter"]);
    const ms = (name: Exclude<keyof EventTimeOptions, "per">, otherwise: number) => (options[name] === undefined ? otherwise : durationMs(options[name], name, { zero: true }));
    const { steps } = this.#withSchema((schema) => ({ ...schema, time: { ...schema.time, keys: first(key, schema.time.keys) } }));
    const clock: Step = {
      kind: "clock",
      name: "event time",
      input: this.steps[0]!.name,
      fields: this.fields,
      per: options.per ?? defaultClock.per,
      maxOutOfOrdernessMs: ms("maxOutOfOrderness", defaultClock.maxOutOfOrdernessMs),
      maxAheadMs: ms("maxAhead", defaultClock.maxAheadMs),
      idleAfterMs: options.idleAfter === undefined ? null : ms("idleAfter", 0),
      forgetAfterMs: ms("forgetAfter", defaultClock.forgetAfterMs),
    };
    checkStep(clock);
    return new SourceStream(this.name, [...steps.filter(({ kind }) => kind !== "clock"), clock]);
  }

  /** Takes the sensor's name from `key`, before the schema's other keys, where the record has no key of its own. Throws `MGV_USAGE`. */
  keyBy(key: SensorKey): SourceStream<Field, TimeKey, SensorKey> {
    return this.#withSchema((schema) => ({ ...schema, sensorKeys: first(key, schema.sensorKeys) }));
  }

  #withSchema(change: (schema: Schema) => Schema): SourceStream<Field, TimeKey, SensorKey> {
    const [source, ...others] = this.steps as [StepOf<"source">, ...Step[]];
    return new SourceStream(this.name, [{ ...source, schema: change(source.schema) }, ...others]);
  }
}

function first(key: string, keys: readonly string[]): string[] {
  if (keys.includes(key)) return [key, ...keys.filter((other) => other !== key)];
  throw new MangroveError("MGV_USAGE", `The schema has no key ${JSON.stringify(key)} of this kind.${didYouMean(key, keys)} It has ${keys.join(", ")}.`);
}
