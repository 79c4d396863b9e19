/** The public names of the HTTP service. */
export { createApp } from "./app.ts";
export type { Api, AppOptions, Guarantee, ModelShelf } from "./options.ts";
export { serveApp, type RunningServer } from "./server.ts";
