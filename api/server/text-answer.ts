/** On Deno a record of headers costs an answer several microseconds, and one header that is named at once next to none; on Node's server it is the other way around. */
const appends = "Deno" in globalThis;

/** An answer of 200 with all of its headers, in the way that costs this runtime the least. */
export function textAnswer(text: string, headers: Readonly<Record<string, string>>): Response {
  if (!appends) return new Response(text, { status: 200, headers });
  const { "Content-Type": type = "text/plain", ...others } = headers;
  const answer = new Response(text, { status: 200, headers: { "Content-Type": type } });
  for (const name in others) answer.headers.append(name, others[name]!);
  return answer;
}
