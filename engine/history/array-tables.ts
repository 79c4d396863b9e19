import bindings, { type DataChunk, type Vector } from "@duckdb/node-bindings";
import { DOUBLE, DuckDBTableFunction, INTEGER, LIST, UINTEGER, UTINYINT, VARCHAR, type DuckDBConnection, type DuckDBType } from "@duckdb/node-api";
import { quoted } from "./sql.ts";

export type NumberArray = Float64Array | Uint32Array | Uint8Array;

/** Parts follow each other and are arrays of one kind, none of them of shared memory. */
export interface ArrayColumn {
  readonly name: string;
  readonly parts: readonly NumberArray[];
  /** The values are places in this list; null is NULL. */
  readonly texts?: readonly (string | null)[];
}

const FUNCTION = "mangrove_arrays";

/**
 * Arrays as tables of DuckDB. A scan asks this thread once for a row of lists, which takes a copy of memory for each part, and unnests it on a thread of its own: a staging
 * table would be filled on this one, at ten times the cost, and chunks of 2,048 rows would each wait for this thread to be idle. Texts come as JSON, the one form that crosses at once.
 *
 *     c0: [0, 1, 0, …]   t0: '["sensor-1", "sensor-2"]'   c1: [20.5, NaN, …]   …
 */
export class ArrayTables {
  readonly #tables = new Map<number, readonly ArrayColumn[]>();
  #next = 0;

  /** For all connections to the database. */
  constructor(connection: DuckDBConnection) {
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: FUNCTION,
        parameterTypes: [INTEGER],
        bindFunction: (bound) => {
          const columns = this.#tables.get(bound.getParameter(0) as number)!;
          columns.forEach((column, i) => {
            bound.addResultColumn(`c${i}`, LIST(typeOf(column)));
            if (column.texts) bound.addResultColumn(`t${i}`, VARCHAR);
          });
          bound.setBindData(columns);
        },
        initFunction: (scan) => scan.setInitData({ isDone: false }),
        mainFunction: (scan, { chunk }) => {
          const state = scan.initData as { isDone: boolean };
          bindings.data_chunk_set_size(chunk, state.isDone ? 0 : 1);
          if (!state.isDone) fill(chunk, scan.bindData as readonly ArrayColumn[]);
          state.isDone = true;
        },
      }),
    );
  }

  /** SQL that reads the columns, as often as it is run, until it is disposed of. NaN is NULL. */
  open(columns: readonly ArrayColumn[]): Disposable & { readonly sql: string } {
    const number = this.#next++;
    this.#tables.set(number, columns);
    const values = columns.map((column, i) => `${valueOf(column, i)} AS ${quoted(column.name)}`);
    const texts = columns.flatMap((column, i) => (column.texts ? `from_json(t${i}, '["VARCHAR"]') AS t${i}` : []));
    const row = `SELECT *${texts.length > 0 ? ` REPLACE (${texts.join(", ")})` : ""} FROM ${FUNCTION}(${number})`;
    return { sql: `SELECT ${values.join(", ")} FROM (${row})`, [Symbol.dispose]: () => void this.#tables.delete(number) };
  }
}

function valueOf(column: ArrayColumn, i: number): string {
  if (column.texts) return `t${i}[unnest(c${i})::BIGINT + 1]`;
  return typeOf(column) === DOUBLE ? `nullif(unnest(c${i}), 'NaN'::DOUBLE)` : `unnest(c${i})`;
}

function typeOf({ parts }: ArrayColumn): DuckDBType {
  if (parts[0] instanceof Float64Array) return DOUBLE;
  return parts[0] instanceof Uint32Array ? UINTEGER : UTINYINT;
}

/** Makes the chunk's first row the columns. */
function fill(chunk: DataChunk, columns: readonly ArrayColumn[]): void {
  let at = 0;
  for (const { parts, texts } of columns) {
    fillList(bindings.data_chunk_get_vector(chunk, at++), parts);
    if (texts) bindings.vector_assign_string_element(bindings.data_chunk_get_vector(chunk, at++), 0, JSON.stringify(texts));
  }
}

function fillList(vector: Vector, parts: readonly NumberArray[]): void {
  const rows = parts.reduce((sum, { length }) => sum + length, 0);
  bindings.list_vector_reserve(vector, rows);
  bindings.list_vector_set_size(vector, rows);
  const values = bindings.list_vector_get_child(vector);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bindings.copy_data_to_vector(values, at, buffer as ArrayBuffer, byteOffset, byteLength);
    at += byteLength;
  }
  bindings.copy_data_to_vector(vector, 0, BigUint64Array.of(0n, BigInt(rows)).buffer, 0, 16);
}
