import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Alarm } from "../../../../engine/broker/membership/alarm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a wait ends with its time, or with the alarm", async () => {
  const alarm = new Alarm();
  const whole = alarm.wait(100);
  vi.advanceTimersByTime(100);
  await whole;
  const cut = alarm.wait(100);
  alarm.ring();
  await cut;
  expect(vi.getTimerCount()).toBe(0);
});

test("an alarm between two waits ends the next one, and only that", async () => {
  const alarm = new Alarm();
  alarm.ring();
  alarm.ring();
  await alarm.wait(100);
  let isOver = false;
  const whole = alarm.wait(100).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(99);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await whole;
});
