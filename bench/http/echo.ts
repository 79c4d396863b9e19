import process from "node:process";
import { Hono } from "hono";
import { serveApp } from "../../api/server.ts";

/*
 * A bare Hono app on the runtime's fastest server: what /predict could cost at the least.
 *
 *     echo.ts [port]
 */

const app = new Hono();
app.post("/predict", async (c) => c.json(await c.req.json(), 202));
const server = await serveApp(app, { host: "127.0.0.1", port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${server.url}\n`);
