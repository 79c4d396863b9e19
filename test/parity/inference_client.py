"""Scores rows through the Open Inference Protocol by NVIDIA's client: tensors of JSON, and of bytes. Prints all that came as JSON."""

import json
import sys

import numpy
import tritonclient.http as triton

address, name = sys.argv[1:]
given = json.load(sys.stdin)
client = triton.InferenceServerClient(address)
metadata = client.get_model_metadata(name)
found = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model_ready": client.is_model_ready(name),
    "no_such_model_ready": client.is_model_ready("none"),
    "server": client.get_server_metadata(),
    "metadata": metadata,
    "index": client.get_model_repository_index(),
    "answers": [],
}
for binary in (False, True):
    inputs = []
    for tensor in metadata["inputs"]:
        column = numpy.array([numpy.nan if value is None else value for value in given[tensor["name"]]], dtype=numpy.float64)
        made = triton.InferInput(tensor["name"], list(column.shape), tensor["datatype"])
        made.set_data_from_numpy(column, binary_data=binary)
        inputs.append(made)
    sensors = numpy.array(["kitchen"] * len(column), dtype=numpy.object_)
    made = triton.InferInput("sensor_id", list(sensors.shape), "BYTES")
    made.set_data_from_numpy(sensors, binary_data=binary)
    outputs = [triton.InferRequestedOutput(output["name"], binary_data=binary) for output in metadata["outputs"]]
    for wanted in (outputs, None):
        result = client.infer(name, [*inputs, made], outputs=wanted, request_id="seven", model_version=metadata["versions"][0])
        label = [text.decode() if isinstance(text, bytes) else text for text in result.as_numpy("label").tolist()]
        found["answers"].append({"id": result.get_response()["id"], "probability": result.as_numpy("probability").tolist(), "prediction": result.as_numpy("prediction").tolist(), "label": label})
try:
    client.infer(name, inputs[:1])
except triton.InferenceServerException as refused:
    found["refusal"] = {"status": refused.status(), "message": refused.message()}
json.dump(found, sys.stdout)
