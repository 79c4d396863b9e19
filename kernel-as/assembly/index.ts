export { allocate, release } from "./memory";
export { NODE_BYTES as FOREST_NODE_BYTES, predict, sigmoid } from "./forest";
export { bin } from "./bin";
export { create as trailingCreate, forget as trailingForget, push as trailingPush } from "./trailing";
export {
  NODE_BYTES as TRAINING_NODE_BYTES,
  create as trainingCreate,
  destroy as trainingDestroy,
  grow as trainingGrow,
  margins as trainingMargins,
  nodes as trainingNodes,
} from "./train/training";
