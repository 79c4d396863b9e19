import process from "node:process";
import { importedTopic, importReadings } from "../../engine/history/import.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import { Arguments } from "../command.ts";
import { sha256 } from "../file-hash.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { rowProgress } from "../predict/row-progress.ts";
import { openRuntime } from "../runtime.ts";
import { counted, tell } from "../terminal.ts";

/** Puts a file of readings into the history, decoded by the pipeline, and tells how many. */
export async function importFile(path: string, { directory, pipelineFile }: { directory: string; pipelineFile: string | undefined }, signal: AbortSignal): Promise<void> {
  const { kernel, pipeline } = await openRuntime(new Arguments(new Map(), new Map(pipelineFile === undefined ? [] : [[PIPELINE.name, pipelineFile]])));
  const topic = importedTopic(await sha256(path));
  await using source = new ReplaySource({ path, schema: pipeline.schema, topic, speed: "max" });
  using progress = rowProgress({ onTerminal: process.stderr.isTTY });
  const { rows, known, leftOut, firstWrong } = await importReadings({ kernel, pipeline, directory, source, onProgress: (done) => progress.show(done, NaN) }, signal);
  progress[Symbol.dispose]();
  tell(`history ${counted(rows, "reading")} of ${path} put into ${directory}${known > 0 ? `, which had ${known} of it already` : ""}; their topic is ${topic}`);
  if (firstWrong) tell(`history ${counted(leftOut, "row")} left out; row ${firstWrong.offset + 1}: ${firstWrong.reason}`);
}
