import { createRoute } from "@hono/zod-openapi";
import type { RunningSimulation, TimedFire } from "../../engine/source/running-simulation.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { readJson } from "../body.ts";
import { lightRequestSchema, litFireSchema, simulationSchema, speedRequestSchema, type LitFireAnswer, type SimulatedFire, type SimulationAnswer } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, type Refusal } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

const MOST_FIRES = 100;

export function simulationRoutes(app: Api, { simulation }: AppOptions): void {
  addRoute(app, "read", look, (c) => {
    const running = simulation?.();
    return running ? c.json(answerOf(running), 200) : refuse(c, none);
  });

  addRoute(app, "admin", light, async (c) => {
    const body = await readJson(c.req.raw);
    if ("refusal" in body) return refuse(c, body.refusal);
    const asked = lightRequestSchema.safeParse(body.value);
    if (!asked.success) return refuse(c, { code: "MGV_FIELD_TYPE", detail: 'The body must name a sensor: {"sensor_id": "sensor-01"}.' });
    const running = simulation?.();
    if (!running) return refuse(c, none);
    try {
      const answer: LitFireAnswer = { fire: fireOf(await running.light(asked.data.sensor_id)) };
      return c.json(answer, 200);
    } catch (thrown) {
      return refuse(c, refusalOf(thrown));
    }
  });

  addRoute(app, "admin", hurry, async (c) => {
    const body = await readJson(c.req.raw);
    if ("refusal" in body) return refuse(c, body.refusal);
    const asked = speedRequestSchema.safeParse(body.value);
    if (!asked.success) return refuse(c, { code: "MGV_FIELD_TYPE", detail: 'The body must say how fast: {"speed": 10}; 0 stands still.' });
    const running = simulation?.();
    if (!running) return refuse(c, none);
    try {
      running.setSpeed(asked.data.speed);
      return c.json(answerOf(running), 200);
    } catch (thrown) {
      return refuse(c, refusalOf(thrown));
    }
  });
}

const none: Refusal = { code: "MGV_NOT_FOUND", detail: "No simulation runs in this process: mangrove up --source simulate runs one." };

/** What cannot be done now may be done another time; throws what is no refusal. */
function refusalOf(thrown: unknown): Refusal {
  const { code, message } = MangroveError.from(thrown);
  if (code === "MGV_NOT_READY") return { code, status: 409, detail: message };
  if (code === "MGV_USAGE") return { code, status: 422, detail: message };
  if (code === "MGV_NOT_FOUND") return { code, detail: message };
  throw thrown;
}

function answerOf({ description, sensors, timeMs, speed, mostSpeed, hasRooms, fires }: RunningSimulation): SimulationAnswer {
  return { description, sensors, time: timeMs === null ? null : new Date(timeMs).toISOString(), speed, most_speed: mostSpeed, has_rooms: hasRooms, fires: fires.slice(-MOST_FIRES).map(fireOf) };
}

function fireOf({ sensor, timeMs, isBurning }: TimedFire): SimulatedFire {
  return { sensor_id: sensor, began: new Date(timeMs).toISOString(), burning: isBurning };
}

const look = createRoute({
  method: "get",
  path: "/simulation",
  summary: "The simulation that gives the readings: its speed, its time, the fires that were lit in it",
  responses: answers(simulationSchema, "How it stands", [404]),
});

const light = createRoute({
  method: "post",
  path: "/simulation/fires",
  summary: "Lights a fire in a simulated room, from its next reading on",
  request: { body: { required: true, content: { "application/json": { schema: lightRequestSchema } } } },
  responses: answers(litFireSchema, "It is lit, and would be again after a crash", [400, 404, 409, 413, 415, 422, 503]),
});

const hurry = createRoute({
  method: "put",
  path: "/simulation/speed",
  summary: "Makes simulated time pass faster, slower, or stand still",
  request: { body: { required: true, content: { "application/json": { schema: speedRequestSchema } } } },
  responses: answers(simulationSchema, "The speed has changed", [400, 404, 409, 413, 415, 422]),
});
