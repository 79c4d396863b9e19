import type { DuckDBValue } from "@duckdb/node-api";
import { MangroveError } from "../../kernel-as/errors.ts";
import { checkSelect } from "./check-select.ts";
import { interruptUntilDone } from "./interrupt.ts";
import type { HistoryReader } from "./reader.ts";

export interface SelectOptions {
  /** What DuckDB may take; what `give` takes does not count. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** How whoever asks gets more time or memory, as a half sentence; by the flags of `mangrove history` where nothing is said. */
  readonly more?: { readonly time: string; readonly memory: string };
  /** For questions that come over a network: tables of the history only, and no function that tells of files or makes values of any length. */
  readonly isStrict?: boolean;
  /** Takes the names of the columns, no two alike, and rows of theirs; is called once or oftener. False: no more are wanted. */
  readonly give: (columns: readonly string[], rows: readonly (readonly DuckDBValue[])[]) => Promise<boolean>;
}

const byFlags = { time: "give it more with --timeout", memory: "give it more with --memory" };

/** Asks SQL of others of a history whose reader is locked. Throws `MGV_HISTORY`, with DuckDB's sentence or one about what may be asked, or the signal's reason. */
export async function select(reader: HistoryReader, sql: string, { timeoutMs, signal, more = byFlags, isStrict = false, give }: SelectOptions): Promise<void> {
  let leftMs = timeoutMs;
  let hasGiven = false;
  let isGiving = false;
  await reader.query(async (connection) => {
    let isLate = false;
    const timed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const startedMs = performance.now();
      using held = new DisposableStack();
      const timer = setTimeout(() => {
        isLate = true;
        held.use(interruptUntilDone(connection));
      }, Math.max(leftMs, 1));
      held.defer(() => {
        clearTimeout(timer);
        leftMs -= performance.now() - startedMs;
      });
      return await work();
    };
    try {
      await checkSelect(connection, sql, { isStrict });
      const prepared = await timed(() => connection.prepare(sql));
      const result = await timed(() => prepared.stream());
      const columns = result.deduplicatedColumnNames();
      for (;;) {
        const chunk = await timed(() => result.fetchChunk());
        const rows = chunk?.getRows() ?? [];
        if (rows.length === 0 && hasGiven) return;
        hasGiven = true;
        isGiving = true;
        if (!(await give(columns, rows)) || rows.length === 0) return;
        isGiving = false;
      }
    } catch (thrown) {
      const { message } = thrown as Error;
      if (signal?.aborted) throw thrown;
      if (isGiving) throw MangroveError.from(thrown);
      if (thrown instanceof MangroveError) throw thrown;
      if (isLate) throw new MangroveError("MGV_HISTORY", `The query took longer than ${timeoutMs / 1000} s and was ended. Ask for fewer days, or ${more.time}.`, { cause: thrown });
      if (message.startsWith("Out of Memory Error")) throw new MangroveError("MGV_HISTORY", `The query needs more memory than it may take. Ask for fewer rows or groups, or ${more.memory}. (${message.split("\n")[0]})`, { cause: thrown });
      if (hasGiven) throw new MangroveError("MGV_HISTORY", `The history changed while it was read, or a file of it cannot be read: ask again. (${message.split("\n")[0]})`, { cause: thrown });
      throw thrown;
    }
  }, signal);
}
