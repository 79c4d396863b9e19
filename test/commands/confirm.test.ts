import process from "node:process";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { confirm } from "../../commands/confirm.ts";

/** What is taken for the answer when somebody types that. */
async function answerTo(typed: string, options: { ends: boolean; abort?: boolean }): Promise<boolean> {
  const spy = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => spy.mockRestore());
  const input = new PassThrough();
  const controller = new AbortController();
  const answer = confirm("Go on?", { input, signal: controller.signal });
  expect(spy).toHaveBeenCalledWith("Go on? [y/N] ");
  if (options.ends) input.end(typed);
  else input.write(typed);
  if (options.abort) controller.abort();
  return await answer;
}

test("only y and yes are a yes", async () => {
  for (const typed of ["y\n", "Y\n", " yes \r\n"]) expect(await answerTo(typed, { ends: false }), typed).toBe(true);
  for (const typed of ["n\n", "\n", "yesterday\n", "no y\n"]) expect(await answerTo(typed, { ends: false }), typed).toBe(false);
});

test("the end of the input and an abort are a no", async () => {
  expect(await answerTo("", { ends: true })).toBe(false);
  expect(await answerTo("", { ends: false, abort: true })).toBe(false);
});
