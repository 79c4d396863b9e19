import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { formatNamed, formats, readModel } from "../../../../kernel-as/model/formats/formats.ts";

const bytes = (text: string) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));

describe("what is no model is told from its first bytes, with what to do", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /is empty/],
    ["a dump of trees as JSON", bytes('[\n  { "nodeid": 0, "depth": 0, "split": "f0"'), /dump of XGBoost's trees \(get_dump\).*save_model/],
    ["a dump of one leaf", bytes('{ "leaf": 0.5 }'), /get_dump/],
    ["a dump of trees as text", bytes("booster[0]:\n0:[f0<0.5] yes=1,no=2"), /text dump/],
    ["a pickle", bytes("\x80\x04\x95\x10\0\0"), /Python pickle/],
    ["a joblib file", new Uint8Array(deflateSync("x")), /Python pickle/],
    ["a snapshot of a booster", bytes('{"Config":{"learner":{}}}'), /snapshot.*save_model/],
    ["a snapshot of an old one", bytes("CONFIG-offset:\0\0"), /snapshot/],
    ["base64 of the oldest", bytes("bs64\t"), /base64/],
    ["a ZIP archive", bytes("PK\x03\x04\x14"), /ZIP archive/],
    ["a gzipped file", new Uint8Array(gzipSync("{}")), /gunzip/],
    ["an ONNX model", bytes("\x08\x09\x12\x0bOnnxMLTools"), /ONNX/],
    ["a CatBoost model", bytes("CBM1\0"), /CatBoost/],
    ["a CatBoost model as JSON", bytes('{"features_info":{}}'), /CatBoost/],
    ["LightGBM's dump", bytes('{"name":"tree","version":"v4"'), /LightGBM.*dump_model/],
    ["a pointer to a file", bytes("version https://git-lfs.github.com/spec/v1\noid"), /git lfs pull/],
    ["a web page", bytes("<!DOCTYPE html>"), /web page/],
    ["other JSON", bytes('{"a":1}'), /JSON but no model/],
    ["a table", bytes("a,b,c\n1,2,3\n"), /of no known model format/],
    ["zeros", new Uint8Array(500), /of no known model format/],
  ])("%s", (_, file, sentence) => {
    expect(() => readModel(file)).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
    expect(() => readModel(file)).toThrow(sentence);
    expect(() => readModel(file)).toThrow(/What can be read: XGBoost JSON, XGBoost UBJSON/);
  });
});

test("no format takes the beginning of anything for its own, nor fails over it", () => {
  for (const format of formats) {
    for (const file of [new Uint8Array(0), bytes("{"), bytes("\xff\xfe"), new Uint8Array(1000).fill(0xff), bytes("t")]) expect(format.recognises(file)).toBe(false);
  }
});

test("formats have names, by which they are found", () => {
  for (const format of formats) expect(formatNamed(format.name)).toBe(format);
  expect(() => formatNamed("onnx")).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining("xgboost-json, xgboost-ubjson, xgboost-binary") }));
});
