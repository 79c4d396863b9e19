import { createHmac } from "node:crypto";
import { orAborted } from "../broker/patience.ts";
import type { Notice } from "./notice.ts";
import type { Attempt, Target } from "./target.ts";

/** An answer that takes longer is none. */
const TIMEOUT_MS = 10_000;

/** An answer counts by its status: what it says is waited for no longer than this. */
const SAYS_MS = 2_000;

/** Of the answer, for people. */
const ANSWER_LENGTH = 200;

/** Refusals that may pass. */
const passing = new Set([408, 425, 429]);

interface Options {
  readonly url: URL;
  /** Signs what is sent: `Mangrove-Signature: t=<epoch s>,v1=<hex HMAC-SHA256 of "<t>.<body>">`; null: nothing is signed. */
  readonly secret: string | null;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Posts notices as JSON. Any 2xx is taken for delivered, whatever becomes of its body; redirects are not followed. */
export function webhook({ url, secret, now }: Options): Target {
  const { origin } = url;
  return {
    description: `webhook at ${origin}`, // the path may be a secret
    async send({ key, body }: Notice, signal: AbortSignal): Promise<Attempt> {
      try {
        const response = await fetch(url, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": "application/json", "User-Agent": "mangrove", "Idempotency-Key": key, ...(secret !== null && signature(secret, body, now())) },
          body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        return attemptOf(response, await answerOf(response), now());
      } catch (thrown) {
        return { kind: "later", reason: `${origin} does not answer: ${reasonOf(thrown)}`, afterMs: null };
      }
    },
  };
}

function attemptOf({ status, headers, ok }: Response, answer: string, nowMs: number): Attempt {
  const said = `it answers ${status}${answer === "" ? "" : `: ${answer}`}`;
  if (ok) return { kind: "delivered", answer: said };
  if (status >= 500 || passing.has(status)) return { kind: "later", reason: said, afterMs: waitOf(headers.get("retry-after"), nowMs) };
  return { kind: "never", reason: said };
}

/** RFC 9110: seconds, or a date. */
function waitOf(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1000;
  return waitMs >= 0 ? waitMs : null;
}

/** Its beginning, if that comes soon; the rest is not read. Never throws. */
async function answerOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const { value } = (await orAborted(reader.read(), AbortSignal.timeout(SAYS_MS)).catch(() => {})) ?? {};
  reader.cancel().catch(() => {});
  return new TextDecoder().decode(value).slice(0, ANSWER_LENGTH).trim();
}

function signature(secret: string, body: string, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000);
  return { "Mangrove-Signature": `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}` };
}

function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
