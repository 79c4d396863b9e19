import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { serveApp } from "../../../api/server.ts";
import { startService } from "../service.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const folder = new URL("../../../api/ui/live/", import.meta.url);

test.each([
  [BROWSER, "text/html"],
  ["text/html;q=0.5, application/json", "application/json"],
  ["*/*", "application/json"],
  ["text/plain", "application/json"],
  [null, "application/json"],
])("GET / that accepts %s is answered as %s, and caches are told that this decides", async (accept, mediaType) => {
  await using service = await startService();
  const response = await service.app.request("/", accept === null ? {} : { headers: { Accept: accept } });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, expect.stringContaining(mediaType)]);
  expect(response.headers.get("vary")).toContain("Accept");
  if (mediaType === "text/html") expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self' 'sha256-[^ ]+'; script-src 'self'; connect-src 'self'/);
});

test("every file of the page is served over a socket, whole or compressed, and not again to who has it", async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  try {
    const names = [...readdirSync(folder).filter((name) => name.endsWith(".js")), "uplot.js", "uplot.css"];
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const whole = await fetch(`${server.url}/ui/${name}`, { headers: { "Accept-Encoding": "identity" } });
      const small = await fetch(`${server.url}/ui/${name}`, { headers: { "Accept-Encoding": "gzip" } });
      expect([name, whole.status, whole.headers.get("content-encoding"), small.headers.get("content-encoding")]).toEqual([name, 200, null, "gzip"]);
      expect(whole.headers.get("content-type")).toBe(name.endsWith(".css") ? "text/css; charset=UTF-8" : "text/javascript; charset=UTF-8");
      const text = await whole.text();
      expect(await small.text()).toBe(text);
      if (!name.startsWith("uplot")) expect(text).toBe(readFileSync(new URL(name, folder), "utf8"));
      const again = await fetch(`${server.url}/ui/${name}`, { headers: { "Accept-Encoding": "gzip", "If-None-Match": small.headers.get("etag")! } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(small.headers.get("etag")).not.toBe(whole.headers.get("etag"));
    }
  } finally {
    await server.close();
  }
});

test("the page names each of its modules once, so that none waits for another", async () => {
  await using service = await startService();
  const html = await (await service.app.request("/", { headers: { Accept: BROWSER } })).text();
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".js"))) expect(html.split(`rel="modulepreload" href="ui/${name}"`)).toHaveLength(2);
  expect(html).not.toMatch(/https?:\/\//);
  expect(html).not.toMatch(/ style=|<script>| on\w+=/);
});

test("no other file is served", async () => {
  await using service = await startService();
  for (const name of ["page.html", "live.css", "..%2flive-page.ts", "nothing.js", "%2e%2e%2fdocs.js"]) expect((await service.app.request(`/ui/${name}`)).status).toBe(404);
  const small = await service.app.request("/", { headers: { Accept: BROWSER, "Accept-Encoding": "gzip" } });
  expect(gunzipSync(new Uint8Array(await small.arrayBuffer())).toString()).toContain("<title>Mangrove</title>");
});
