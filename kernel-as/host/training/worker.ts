import { parentPort, workerData } from "node:worker_threads";
import { outputsOf } from "../../model/training.ts";
import { loadKernel } from "../kernel.ts";
import { endBoard, Exchange, TrainingOver } from "./exchange.ts";
import type { TeamInput } from "./team.ts";
import { Training } from "./training.ts";

/* A thread of a training: grows every tree that the first thread grows, until that one has enough. */

const { board, thread, input, baseScore } = workerData as TeamInput;
using training = new Training(await loadKernel(), input, baseScore, new Exchange(board, thread));
parentPort!.postMessage("ready", []);
try {
  const outputs = outputsOf(input.parameters);
  const { roundsBefore = 0 } = input;
  for (let round = roundsBefore; round < roundsBefore + input.parameters.rounds; round++) {
    training.beginRound(round);
    for (let output = 0; output < outputs; output++) training.grow(round * outputs + output, output);
  }
} catch (thrown) {
  if (!(thrown instanceof TrainingOver)) endBoard(board, "failed");
}
