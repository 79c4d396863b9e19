import { connectPlatformatic } from "../../../engine/broker/platformatic.ts";
import { brokerConformance } from "../../conformance/broker.ts";

brokerConformance("platformatic", connectPlatformatic);
