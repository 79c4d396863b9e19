import { join } from "node:path";
import { runLocalEngine } from "../engine/runtime/local/engine.ts";
import type { LocalState } from "../engine/runtime/local/state.ts";
import type { Notifications } from "./alerts/notifications.ts";
import type { Arguments } from "./command.ts";
import type { OpenedEngine } from "./engine.ts";
import { openHistory } from "./history-store.ts";
import { openLocalSource } from "./local-state.ts";
import type { Runtime } from "./runtime.ts";
import { policiesOf } from "./task-policies.ts";
import { tell } from "./terminal.ts";
import { watchesOf } from "./watches.ts";

/** Outputs of one commit, at most. */
const COMMIT_BYTES = 8 << 20;

/** An engine that keeps its state in a directory, exactly once. `isFed`: readings are posted to it meanwhile. */
export async function openLocalEngine(given: Arguments, runtime: Runtime, notifications: Notifications, { state, isFed }: { readonly state: LocalState; readonly isFed: boolean }): Promise<OpenedEngine> {
  const { config, kernel, pipeline, models, metrics, live } = runtime;
  const policies = policiesOf(given, COMMIT_BYTES);
  const opened = new AsyncDisposableStack();
  try {
    const found = await openLocalSource(given, runtime, state);
    const source = found && opened.use(found.source);
    const history = opened.use(await openHistory(given, runtime));
    const out = given.text("out");
    const topics = pipeline.outputTopics.filter((topic) => out !== undefined || !history || topic !== pipeline.predictions);
    const outputs = { directory: out ?? join(state.directory, "outputs"), topics };
    const sinks = [...(history ? [history.description] : []), ...(topics.length > 0 ? [`${topics.join(", ")} as JSON lines in ${outputs.directory}`] : [])];
    const feeds = [...(source ? [source.description] : []), ...(isFed ? ["POST /readings"] : [])];
    return {
      guarantee: "exactly-once",
      simulation: found?.simulation ?? null,
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
            watches: () => watchesOf(runtime, notifications),
            outputsWatch: notifications.outputs,
            source,
            isFed,
            untilEnd: given.has("until-end"),
            history,
            outputs,
            ...policies,
            rebuild: given.has("rebuild"),
            now: Date.now,
            live,
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
