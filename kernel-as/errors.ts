/** Every code that a {@link MangroveError} may carry. Users match on these; none is ever reused for another meaning. */
export const errorCodes = [
  "MGV_USAGE", // an unknown command or flag, or a value that does not fit one
  "MGV_ARGUMENT", // a call of the library with what it does not take
  "MGV_CONFIG", // an unknown or unusable environment variable
  "MGV_FILE_READ",
  "MGV_FILE_WRITE",
  "MGV_CSV_EMPTY",
  "MGV_CSV_COLUMN", // a column that the schema needs is not in the header
  "MGV_CSV_ROW", // a row with the wrong number of cells
  "MGV_JSON", // not JSON, or JSON of the wrong shape
  "MGV_FIELD_MISSING",
  "MGV_FIELD_TYPE",
  "MGV_FIELD_RANGE",
  "MGV_TIME", // no event time, or one that is not a time
  "MGV_TIME_AHEAD", // an event time far ahead of the broker's clock
  "MGV_LABEL", // no usable label
  "MGV_MODEL_MISSING",
  "MGV_MODEL_FORMAT", // a model file that is broken, or of no format that can be read
  "MGV_MODEL_UNSUPPORTED", // a sound model file that says something this version cannot compute
  "MGV_MODEL_COVER", // a model that does not say how many rows came to its nodes, which contributions are weighted by
  "MGV_MODEL_CONVERT", // a model that the wanted format cannot express
  "MGV_MODEL_FEATURES", // the model reads other features than the pipeline computes
  "MGV_TRAIN_PARAMETER",
  "MGV_TRAIN_DATA", // too few rows, or one class only
  "MGV_SNAPSHOT", // a snapshot that is cut short, of another pipeline, or of another version
  "MGV_STEP", // a function of a pipeline that threw
  "MGV_KERNEL", // the WASM kernel is absent or failed
  "MGV_BROKER", // the broker cannot be reached or refused
  "MGV_BROKER_TOPIC",
  "MGV_HISTORY",
  "MGV_PORT_BUSY",
  "MGV_HTTP_BODY", // a request body that cannot be read: too large, or of another media type
  "MGV_NOT_FOUND", // no such endpoint, or not with this method, or nothing of the name that its path gives
  "MGV_FORBIDDEN", // a request that is not answered from where it came
  "MGV_UNAUTHORIZED", // a request without an API key where one is asked for, or with one that does not count
  "MGV_RATE_LIMIT", // more requests than are allowed in a minute
  "MGV_TIMEOUT", // an answer that took too long
  "MGV_NOT_READY", // the process still waits for something
  "MGV_INTERNAL",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** The one error class. `message` is a sentence that tells its reader what to do; `cause` keeps what was caught. */
export class MangroveError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "MangroveError";
    this.code = code;
  }

  /** Anything thrown, as a `MangroveError`: itself, or wrapped under `code`. */
  static from(thrown: unknown, code: ErrorCode = "MGV_INTERNAL"): MangroveError {
    if (thrown instanceof MangroveError) return thrown;
    return new MangroveError(code, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}
