import { MangroveError } from "../../kernel-as/errors.ts";

/** What a failure to listen means to the user who chose host and port. */
export function listenError(cause: NodeJS.ErrnoException, host: string, port: number): MangroveError {
  if (cause.code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is taken by another program. Stop it, or choose another port with --port or FLASK_PORT.`;
    return new MangroveError("MGV_PORT_BUSY", message, { cause });
  }
  return new MangroveError("MGV_CONFIG", `Cannot listen on port ${port} of ${host}: ${cause.message}`, { cause });
}
