import { get } from "node:http";

/** The status that a URL answers with; 0 where nothing answers in time. Not by `fetch`, which refuses some ports by their numbers alone. */
export function statusOf(url: string, withinMs = 5000): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: withinMs }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(0));
    request.once("close", () => resolve(0));
  });
}
