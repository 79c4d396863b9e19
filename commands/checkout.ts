import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that all of the program lies in. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether it runs from its sources: npm's scripts start it then, and there is no program `mangrove`, as an installed package has it. */
export const isCheckout = !root.split(sep).includes("node_modules");
