/* Requests to the service, with a key where it asks for one. */

const KEY = "mangrove-key";

let key = sessionStorage.getItem(KEY);
const onRefused = new Set();

/** A request that was refused: `problem.detail` is for people. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `The service answers ${status}.`);
    this.status = status;
  }
}

export function useKey(secret) {
  key = secret;
  sessionStorage.setItem(KEY, secret);
}

export const hasKey = () => key !== null;

/** Calls `listener` with the refusal whenever a key is asked for, or does not do. */
export function whenRefused(listener) {
  onRefused.add(listener);
}

export async function ask(path, { headers = {}, ...options } = {}) {
  const answer = await fetch(path, { ...options, headers: { Accept: "application/json", ...headers, ...(key !== null && { "X-API-Key": key }) } });
  if (answer.ok) return answer;
  const refused = new Refused(answer.status, await answer.json().catch(() => null));
  if (answer.status === 401) for (const listener of onRefused) listener(refused);
  throw refused;
}

export const get = async (path) => (await ask(path)).json();

export async function send(method, path, body) {
  const answer = await ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
  return answer.json().catch(() => null);
}

/** The JSON of a part of the page; null where it is not there. */
export async function part(path) {
  try {
    return await get(path);
  } catch (thrown) {
    if (thrown instanceof Refused) return null;
    throw thrown;
  }
}
