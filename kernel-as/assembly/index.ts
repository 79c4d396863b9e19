export { allocate, release } from "./memory";
export { walkF32, walkF64, leavesF32, leavesF64 } from "./walk";
export { rankF32, rankF64 } from "./rank";
export { prepareSlots, interpretF32, interpretF64 } from "./interpret";
export { sigmoids } from "./predict";
export { bin } from "./bin";
export { contributions } from "./shap/contributions";
export { open as trailingOpen, close as trailingClose, forget as trailingForget, push as trailingPush } from "./trailing/trailing";
export { copy as trailingCopy } from "./trailing/copy";
export { create as trainingCreate, destroy as trainingDestroy, margins as trainingMargins, nodes as trainingNodes } from "./train/training";
export { beginRound as trainingBeginRound, loss as trainingLoss } from "./train/objective";
export { lossOf as trainingLossOf } from "./train/loss";
export {
  grow as trainingGrow,
  plant as trainingPlant,
  decide as trainingDecide,
  next as trainingNext,
  finish as trainingFinish,
  found as trainingFound,
} from "./train/grow";
export { addTree as trainingAddTree } from "./train/partition";
export {
  create as arenaCreate,
  destroy as arenaDestroy,
  segments as arenaSegments,
  takeTouched as arenaTakeTouched,
  touchEverything as arenaTouchAll,
  pageAt as arenaPageAt,
  allocPlace as arenaAlloc,
  freePlace as arenaFree,
  writablePlace as arenaWritable,
  rootPlace as arenaRoot,
  setRootPlace as arenaSetRoot,
} from "./state/arena";
export {
  open as sensorsOpen,
  numberOf as sensorsNumberOf,
  find as sensorsFind,
  forget as sensorsForget,
  keep as sensorsKeep,
  begin as sensorsBegin,
  nameAt as sensorsNameAt,
  nameBytes as sensorsNameBytes,
  fillNames as sensorsFillNames,
  releases as sensorsReleases,
  live as sensorsLive,
} from "./state/sensors";
export { decode } from "./decode/decode";
export { elements as jsonElements } from "./decode/elements";
export { addName as decodeAddName } from "./decode/plan";
export { setPowers as decodeSetPowers, readNumber as decodeNumber } from "./decode/number";
export { close as decodeClose } from "./decode/close";
export { create as clockCreate, destroy as clockDestroy, push as clockPush, advance as clockAdvance, forgottenAt as clockForgottenAt } from "./state/clock";
export { create as windowsCreate, destroy as windowsDestroy } from "./window/create";
export {
  push as windowsPush,
  advance as windowsAdvance,
  forget as windowsForget,
  end as windowsEnd,
  results as windowsResults,
  resultsAt as windowsResultsAt,
  resultReadingsAt as windowsResultReadingsAt,
} from "./window/windows";
export { push as slidingPush, lookAt as slidingLookAt, readings as slidingReadings, columns as slidingColumns } from "./window/sliding";
export {
  create as recordsCreate,
  destroy as recordsDestroy,
  bytesOf as recordsBytes,
  encode as recordsEncode,
} from "./encode/record";
export { crc32c } from "./batch/crc32c";
export { create as batchReaderCreate, destroy as batchReaderDestroy, run as batchReaderRun, resume as batchReaderResume } from "./batch/read";
export {
  create as batchWriterCreate,
  destroy as batchWriterDestroy,
  clear as batchWriterClear,
  close as batchWriterClose,
  add as batchWriterAdd,
  addNamed as batchWriterAddNamed,
  partitionOf,
} from "./batch/write";
export { seal as batchSeal } from "./batch/seal";
