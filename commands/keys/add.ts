import { randomBytes } from "node:crypto";
import process from "node:process";
import { isKeyName, newKey } from "../../api/access/key.ts";
import { roles } from "../../api/access/role.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Command } from "../command.ts";
import { tell } from "../terminal.ts";
import { nameFlag, openKeys } from "./keys-file.ts";

export const addKeyCommand: Command = {
  name: "keys add",
  summary: "makes an API key and shows it, once; services that run take it within two seconds",
  flags: [{ name: "role", value: "ROLE", help: "read (look), predict (score, send readings and labels too) or admin (all)" }, nameFlag],
  examples: ["npm run -s mangrove -- keys add --role predict --name kitchen", "npm run -s mangrove -- keys add --role admin --name ada > ada.key"],
  async run(given) {
    const role = given.oneOf("role", roles);
    const name = given.text("name");
    if (role === undefined || name === undefined) throw new MangroveError("MGV_USAGE", `keys add needs --role (${roles.join(", ")}) and --name.`);
    if (!isKeyName(name)) throw new MangroveError("MGV_USAGE", "--name must be of letters, digits, . _ - @, and no more than 64 of them.");
    const { path, keys, replace } = await openKeys();
    if (keys.some((each) => each.name === name)) throw new MangroveError("MGV_USAGE", `There is a key of ${name}. Take another name for the new one, and remove the old one when nobody uses it any more: mangrove keys remove --name ${name}.`);
    const { key, secret } = newKey({ name, role }, { nowMs: Date.now(), randomBytes });
    await replace([...keys, key], `keys add ${name} (${role})`);
    process.stdout.write(`${secret}\n`);
    tell(`keys    ${name} has the role ${role}. The key is shown only now; ${path} keeps its hash. Send it as Authorization: Bearer KEY.`, { event: "keys.added" });
    return 0;
  },
};
