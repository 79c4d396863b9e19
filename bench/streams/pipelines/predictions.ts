import process from "node:process";
import { model, pipeline, topic } from "../../../engine/index.ts";
import { smokeSchema } from "../../../pipelines/smoke-schema.ts";

/** What the peers do: the values of a reading to a prediction, a record each. */
export default pipeline("streams-predictions").from(topic(process.env["INPUT"] ?? "in"), smokeSchema).score(model("plain")).to(topic(process.env["OUTPUT"] ?? "out"));
