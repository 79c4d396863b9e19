export { allocate, release } from "./memory";
export { predict, sigmoid } from "./forest";
export { bin } from "./bin";
export { create as trailingCreate, forget as trailingForget, push as trailingPush } from "./trailing";
export {
  create as trainingCreate,
  destroy as trainingDestroy,
  grow as trainingGrow,
  nodes as trainingNodes,
} from "./train/training";
