export { allocate, release } from "./memory";
export { walkF32, walkF64, leavesF32, leavesF64 } from "./walk";
export { rankF32, rankF64 } from "./rank";
export { prepareSlots, interpretF32, interpretF64 } from "./interpret";
export { bin } from "./bin";
export { open as trailingOpen, close as trailingClose, forget as trailingForget, push as trailingPush } from "./trailing/trailing";
export {
  create as trainingCreate,
  destroy as trainingDestroy,
  grow as trainingGrow,
  nodes as trainingNodes,
} from "./train/training";
export {
  create as arenaCreate,
  destroy as arenaDestroy,
  segments as arenaSegments,
  takeTouched as arenaTakeTouched,
  pageAt as arenaPageAt,
  allocPlace as arenaAlloc,
  freePlace as arenaFree,
  writablePlace as arenaWritable,
  rootPlace as arenaRoot,
  setRootPlace as arenaSetRoot,
} from "./state/arena";
export {
  create as recordsCreate,
  destroy as recordsDestroy,
  bytesOf as recordsBytes,
  encode as recordsEncode,
} from "./encode/record";
