import type { Model } from "../../engine/model/model-store.ts";
import { predictionLabels } from "../../engine/pipeline/prediction-labels.ts";
import type { Floats } from "../../kernel-as/model/forest.ts";
import type { InferenceRequest, InferenceResponse, TensorMetadata } from "../contract.ts";
import { isFire } from "../prediction.ts";
import type { Refusal } from "../problem.ts";
import { bytesOf } from "./tensor-bytes.ts";

const types = { probability: "FP64", prediction: "INT64", label: "BYTES" } as const;
type OutputName = keyof typeof types;
const outputNames = Object.keys(types) as OutputName[];

type Output = InferenceResponse["outputs"][number];

export const outputMetadata: readonly TensorMetadata[] = outputNames.map((name) => ({ name, datatype: types[name], shape: [-1] }));

/** An output that is wanted, and whether as bytes. */
export interface Wanted {
  readonly name: OutputName;
  readonly isBinary: boolean;
}

export function wantedOutputs({ outputs, parameters }: InferenceRequest): { wanted: Wanted[] } | { refusal: Refusal } {
  const allBinary = parameters?.["binary_data_output"] === true;
  const wanted: Wanted[] = [];
  for (const [i, { name, parameters: own }] of (outputs ?? outputNames.map((each) => ({ name: each, parameters: undefined }))).entries()) {
    if (!isOutput(name) || wanted.some((other) => other.name === name)) {
      const detail = isOutput(name) ? `The output ${name} is asked for twice.` : `No output has the name ${JSON.stringify(name)}: there are ${outputNames.join(", ")}.`;
      return { refusal: { code: "MGV_JSON", detail, errors: [{ pointer: `/outputs/${i}/name`, code: "MGV_JSON", detail }] } };
    }
    const binary = own?.["binary_data"];
    wanted.push({ name, isBinary: typeof binary === "boolean" ? binary : allBinary });
  }
  return { wanted };
}

function isOutput(name: string): name is OutputName {
  return Object.hasOwn(types, name);
}

/** The outputs of a response, and the bytes that follow its JSON. */
export function outputsOf(wanted: readonly Wanted[], { model, event, probabilities }: { model: Model; event: string; probabilities: Floats }): { outputs: Output[]; binary: Uint8Array[] } {
  const labels = predictionLabels(event);
  const values = {
    probability: () => [...probabilities],
    prediction: () => Array.from(probabilities, (probability) => (isFire(model, probability) ? 1 : 0)),
    label: () => Array.from(probabilities, (probability) => (labels[isFire(model, probability) ? 1 : 0])),
  };
  const binary: Uint8Array[] = [];
  const outputs = wanted.map(({ name, isBinary }): Output => {
    const head = { name, datatype: types[name], shape: [probabilities.length] };
    const data = values[name]();
    if (!isBinary) return { ...head, data };
    const bytes = bytesOf(types[name], data);
    binary.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  return { outputs, binary };
}
