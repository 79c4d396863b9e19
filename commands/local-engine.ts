import { join } from "node:path";
import { runLocalEngine } from "../engine/runtime/local/engine.ts";
import { SOURCE, type LocalState } from "../engine/runtime/local/state.ts";
import type { Arguments } from "./command.ts";
import type { OpenedEngine } from "./engine.ts";
import { openHistory } from "./history-store.ts";
import { openLocalSource } from "./local-state.ts";
import type { Runtime } from "./runtime.ts";
import { policiesOf } from "./task-policies.ts";
import { tell } from "./terminal.ts";

/** Outputs of one commit, at most. */
const COMMIT_BYTES = 8 << 20;

/** An engine that keeps its state in a directory, exactly once. `isFed`: readings are posted to it meanwhile. */
export async function openLocalEngine(given: Arguments, runtime: Runtime, { state, isFed }: { readonly state: LocalState; readonly isFed: boolean }): Promise<OpenedEngine> {
  const { config, kernel, pipeline, models, metrics } = runtime;
  const policies = policiesOf(given, COMMIT_BYTES);
  const opened = new AsyncDisposableStack();
  try {
    const found = openLocalSource(given, runtime, state.log.partitions[SOURCE]!.bounds.high);
    const source = found && opened.use(found);
    const history = opened.use(await openHistory(given, runtime));
    const out = given.text("out");
    const topics = pipeline.outputTopics.filter((topic) => out !== undefined || !history || topic !== pipeline.predictions);
    const outputs = { directory: out ?? join(state.directory, "outputs"), topics };
    const sinks = [...(history ? [history.description] : []), ...(topics.length > 0 ? [`${topics.join(", ")} as JSON lines in ${outputs.directory}`] : [])];
    const feeds = [...(source ? [source.description] : []), ...(isFed ? ["POST /readings"] : [])];
    return {
      guarantee: "exactly-once",
      description: `${feeds.join(" and ")} -> ${sinks.join("; ")}, exactly once by the state in ${state.directory}`,
      async run(signal, onOutput) {
        const startedMs = performance.now();
        const summary = await runLocalEngine(
          {
            state,
            kernel,
            pipeline,
            models: config.predictions && pipeline.isScored ? models : null,
            metrics,
            source,
            isFed,
            untilEnd: given.has("until-end"),
            history,
            outputs,
            ...policies,
            rebuild: given.has("rebuild"),
            now: Date.now,
            onOutput,
            tell: (sentence) => tell(`engine  ${sentence}`),
          },
          signal,
        );
        return { summary, seconds: (performance.now() - startedMs) / 1000 };
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (thrown) {
    await opened.disposeAsync();
    throw thrown;
  }
}
