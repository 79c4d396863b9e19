/** An answer is data: it loads nothing, and stands in no frame. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** A page loads what this service serves, and nothing else from anywhere; scripts are files. A page that needs more brings a policy of its own. */
const PAGE_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'";

interface Sharing {
  /** Pages of other origins may have it. */
  readonly isShared: boolean;
}

/** What browsers need to know of every answer to keep it where it belongs. */
function safeHeaders(id: string, { isShared }: Sharing): Record<string, string> {
  return { "X-Request-Id": id, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": isShared ? "cross-origin" : "same-origin" };
}

const CACHES = "no-store";

/** All headers of an answer of data, at once: headers that are added to an answer one by one cost more than the rest of a small one. */
export function dataHeaders(mediaType: string, id: string, sharing: Sharing): Record<string, string> {
  return { "Content-Type": mediaType, ...safeHeaders(id, sharing), "Cache-Control": CACHES, "Content-Security-Policy": DATA_POLICY };
}

/** Adds them to an answer that is there. What the route has said of caches and policy stays. */
export function setSafeHeaders(headers: Headers, id: string, sharing: Sharing): void {
  for (const [name, value] of Object.entries(safeHeaders(id, sharing))) headers.set(name, value);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", CACHES);
  if (headers.has("Content-Security-Policy")) return;
  headers.set("Content-Security-Policy", headers.get("Content-Type")?.startsWith("text/html") ? PAGE_POLICY : DATA_POLICY);
}
