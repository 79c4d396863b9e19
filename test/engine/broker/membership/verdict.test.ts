import * as client from "@platformatic/kafka";
import { expect, test } from "vitest";
import { verdict } from "../../../../engine/broker/membership/verdict.ts";

const heartbeat = 12;
const answer = (code: number) => new client.ResponseError(heartbeat, 4, { "/": [code, null] }, {});

test.each([
  ["COORDINATOR_LOAD_IN_PROGRESS", 14, "again"],
  ["COORDINATOR_NOT_AVAILABLE", 15, "again"],
  ["NOT_COORDINATOR", 16, "again"],
  ["REBALANCE_IN_PROGRESS", 27, "again"],
  ["UNRELEASED_INSTANCE_ID", 111, "again"],
  ["ILLEGAL_GENERATION", 22, "expelled"],
  ["UNKNOWN_MEMBER_ID", 25, "expelled"],
  ["FENCED_MEMBER_EPOCH", 110, "expelled"],
  ["TOPIC_AUTHORIZATION_FAILED", 29, "refused"],
  ["GROUP_AUTHORIZATION_FAILED", 30, "refused"],
  ["FENCED_INSTANCE_ID", 82, "refused"],
  ["GROUP_MAX_SIZE_REACHED", 81, "refused"],
])("%s (%i): %s", (_name, code, expected) => {
  expect(verdict(client, answer(code))).toBe(expected);
});

test("a connection that fails is tried again, also where every server was tried", () => {
  const failure = new client.NetworkError("closed");
  expect(verdict(client, failure)).toBe("again");
  expect(verdict(client, new client.MultipleErrors("no server", [failure]))).toBe("again");
  expect(verdict(client, new client.TimeoutError("no answer"))).toBe("again");
});

test("what is no error of the broker is not tried again", () => {
  expect(verdict(client, new TypeError("x"))).toBe("refused");
  expect(verdict(client, "x")).toBe("refused");
});
