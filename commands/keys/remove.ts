import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { nameFlag, openKeys } from "./keys-file.ts";

export const removeKeyCommand: Command = {
  name: "keys remove",
  summary: "takes an API key back; services that run refuse it within two seconds",
  flags: [nameFlag],
  examples: ["npm run -s mangrove -- keys remove --name kitchen"],
  async run(given) {
    const name = given.text("name");
    if (name === undefined) throw new MangroveError("MGV_USAGE", "keys remove needs --name; mangrove keys list shows those that there are.");
    const { path, keys, replace } = await openKeys();
    const rest = keys.filter((each) => each.name !== name);
    if (rest.length === keys.length) throw new MangroveError("MGV_USAGE", `There is no key of ${name} in ${path}.${didYouMean(name, keys.map((each) => each.name))}`);
    await replace(rest, `keys remove ${name}`);
    tell(`keys    ${name} has none any more.${rest.length === 0 ? " It was the last one: services that run let nobody in until there is another; those that start on this machine alone ask for none." : ""}`, { event: "keys.removed" });
    return 0;
  },
};
