import type { Connection } from "../options.ts";

export interface App {
  fetch(request: Request, connection: Connection): Response | Promise<Response>;
}

/** A runtime's server at work. */
export interface Listening {
  readonly port: number;
  /** Takes no new connections; resolves when the last request has ended. */
  end(): Promise<void>;
  /** Breaks off what is left. */
  cut(): void;
}

/** Starts a server of a runtime; throws what the runtime throws. */
export type Serve = (app: App, at: { readonly host: string; readonly port: number }) => Promise<Listening>;
