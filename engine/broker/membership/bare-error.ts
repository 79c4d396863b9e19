import { type ErrorCode, MangroveError } from "../../../kernel-as/errors.ts";

/** A `MangroveError` as it crosses threads; `cause` is what was caught, in its own words. */
export interface BareError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cause: string | null;
}

export function bareError({ code, message, cause }: MangroveError): BareError {
  return { code, message, cause: cause instanceof Error ? String(cause) : null };
}

export function errorOf({ code, message, cause }: BareError): MangroveError {
  return new MangroveError(code, message, cause === null ? {} : { cause: new Error(cause) });
}
