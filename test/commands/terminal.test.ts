import process from "node:process";
import { expect, test, vi } from "vitest";
import { abortOnInterrupt } from "../../commands/terminal.ts";

/** Sends signals to a command at given times, in milliseconds; gives the codes that the process would have ended with, and whether the command is to drain. */
function interrupted(...timesMs: number[]): { codes: unknown[]; drains: boolean } {
  const codes: unknown[] = [];
  const handlers = new Map<unknown, () => void>();
  let nowMs = 0;
  const spies = [
    vi.spyOn(process, "on").mockImplementation((event: unknown, handler: unknown) => (handlers.set(event, handler as () => void), process)),
    vi.spyOn(process, "exit").mockImplementation((code) => codes.push(code) as never),
    vi.spyOn(performance, "now").mockImplementation(() => nowMs),
  ];
  try {
    const controller = new AbortController();
    abortOnInterrupt(controller);
    for (nowMs of timesMs) handlers.get("SIGINT")!();
    return { codes, drains: controller.signal.aborted };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test("a signal has a command drain, and so does the same one that npm passes on", () => {
  expect(interrupted()).toEqual({ codes: [], drains: false });
  expect(interrupted(5000, 5003, 5999)).toEqual({ codes: [], drains: true });
});

test("another signal, a second later, ends the process at once", () => {
  expect(interrupted(5000, 5003, 6000)).toEqual({ codes: [130], drains: true });
});
