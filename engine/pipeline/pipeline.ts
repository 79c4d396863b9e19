import type { Schema } from "../../kernel-as/schema.ts";
import { checkSchema } from "./check-schema.ts";
import { isObject, must } from "./check-step.ts";
import { checkTopicName, type Topic } from "./endpoint.ts";
import { SourceStream } from "./source-stream.ts";
import type { Plan } from "./plan.ts";
import type { Step } from "./step.ts";

/** What an engine runs: the last stream of a pipeline, whatever its fields. */
export type Pipeline = Plan;

/** A pipeline that has no source yet. */
export interface PipelineStart {
  /** Messages of this topic, as the schema says: a row for each, with its fields and its label. Throws `MGV_USAGE`. */
  from<Name extends string, TimeKey extends string, SensorKey extends string, Label extends string>(
    topic: Topic,
    schema: Schema<Name, TimeKey, SensorKey, Label>,
  ): SourceStream<Name | Label, TimeKey, SensorKey>;
}

/** Begins a pipeline. Its name is that of its consumer group, its transactions and its internal topics. Throws `MGV_USAGE` for one that no topic can have. */
export function pipeline(name: string): PipelineStart {
  checkTopicName("pipeline", name);
  return {
    from: (topic, schema) => {
      must("from", isObject(topic) && topic.kind === "topic");
      checkSchema(schema);
      const fields = [...schema.fields.map((field) => field.name), schema.label];
      const source: Step = { kind: "source", name: topic.name, input: null, fields, topic: topic.name, schema, deadLetters: `${name}_dead_letter` };
      return new SourceStream(name, [source]);
    },
  };
}
