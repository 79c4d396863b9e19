import process from "node:process";
import { urlOf, type Address } from "../../api/address.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { claimPort } from "../port.ts";
import { statusOf } from "../status-of.ts";
import { fails, well, type Finding } from "./finding.ts";

/** Whether the API can listen where the settings say, or does so already. */
export async function portFinding(address: Address, platform: string = process.platform): Promise<Finding> {
  const where = `${address.port} on ${address.host}`;
  try {
    await claimPort(address);
    return well("port", address.port === 0 ? `one that is free on ${address.host}` : `${where} is free`);
  } catch (thrown) {
    const { code, message } = MangroveError.from(thrown);
    if (code !== "MGV_PORT_BUSY") return fails("port", message, "Name an address of this machine, and a port that this user may have: --host and --port, or FLASK_HOST and FLASK_PORT.");
    if ((await statusOf(`${urlOf(address)}/livez`)) === 200) return well("port", `${where} has a service that answers /livez, as a Mangrove that runs does`);
    const airPlay = platform === "darwin" ? " On a Mac 5000 is often AirPlay Receiver's, which System Settings, General, AirDrop & Handoff switches off." : "";
    return fails("port", `${where} is taken by another program`, `End it, or choose another port with --port or FLASK_PORT.${airPlay}`);
  }
}
