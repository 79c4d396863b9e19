import type { SelectOptions } from "../../engine/history/select.ts";

type Columns = Parameters<SelectOptions["give"]>[0];
export type Rows = Parameters<SelectOptions["give"]>[1];

/** Shows the rows of a query as they come. */
export interface ResultWriter {
  /** False: no more are wanted. */
  take(columns: Columns, rows: Rows): Promise<boolean>;
  /** All have come, or as many as were wanted. */
  end(): Promise<void>;
}
