import { roomKinds } from "./everyday.ts";
import { deviations, fuels, fuelSource, mealsToABurntOne, parameters, type Quantity, type Yields } from "./parameters.ts";

/** The text of docs/simulated-world.md, made of the table of parameters. */
export function worldGuide(): string {
  const habits = Object.keys(roomKinds[0]!.habits) as (keyof (typeof roomKinds)[number]["habits"])[];
  return `# The simulated world

Who has no recording of fires learns from rooms that are simulated: \`npm start\` and \`npm run train\` without \`--data\`, \`mangrove simulate\`. A model that learned from them says \`trained on: simulated\` wherever it is
named. What follows is all that goes into them, with where the order of magnitude of each number comes from. Where it says estimate, we know of no measurement.

The parameters are frozen: models are tuned to data of theirs, never they to a model. The test of the simulator's bytes fails when one of them changes.

## How it works

Each room is a well-mixed volume of air with balances of mass and heat, dC/dt = emission / volume − losses · C, in steps of a second at most. What happens in it gives off heat, water, fine and coarse particles, vapours and
hydrogen (carbon monoxide by what a hydrogen sensor makes of it); that reaches the sensor after the air has mixed, in swirls. Air change, open windows, settling and walls take it away. A sensor follows its room with lags,
has errors of zero and scale, ages, drifts, saturates, is noisy, and rounds as the recorded one does.

- **Weather** is shared by the rooms of a climate, of which a world has one, or four for all seasons at once (what \`npm run train\` learns from): 10 °C in the mean, ±9.5 K by season, ±5 K by the time of day, fronts of 3 K and some days; fine particles of 7 µg/m³ in summer and 16 in winter, which stagnant air makes several
  times as many; pressure between the lowest and the highest of the recording. Heated rooms keep their warmth and are warmer in summer; unheated ones are as cold as the weather.
- **Fires** smoulder, flame, or smoulder first (35 %, 35 %, 30 %). A glow spreads from a fiftieth of its peak, doubling its size again and again, and stays there for some minutes; flames grow as α t² to their peak. Smoke comes in puffs. The label is 1 from ignition until the fire is out; then the room is aired.
- **Gases** are told as the recorded device does: raw signals fall by 512 counts whenever a gas grows e-fold, less in old devices; TVOC and eCO2 are told against a baseline that is off by some hours' worth of drift, and humid air moves both.
- **Particles** come in five channels that are sums of fine and coarse ones, as all rows of the recording are; dense smoke saturates them and looks coarser than it is.
- \`busy\` is how many times as often as people live something happens: 3 for a stream to look at, 1 for an evaluation. One meal in ${mealsToABurntOne} is burnt.

## Rooms, happenings, devices

Each number is drawn for every room, happening or device by itself, evenly between its bounds or evenly in the logarithm.

${table(
  ["of", "what", "from", "to", "unit", "drawn", "source"],
  Object.entries(parameters).flatMap(([of, quantities]) =>
    Object.entries<Quantity>(quantities).map(([what, { low, high, scale, unit, source }]) => [words(of), words(what), String(low), String(high), unit, scale === "log" ? "logarithm" : "evenly", source]),
  ),
)}

Around those, with a standard deviation:

${table(
  ["what", "sd", "remembers for", "unit", "source"],
  Object.entries<{ sd: number; hours?: number; unit: string; source: string }>(deviations).map(([what, { sd, hours, unit, source }]) => [words(what), String(sd), hours === undefined ? "always" : `${hours} h`, unit, source]),
)}

## What burns

Grams per gram burnt, and heat of combustion. Source: orders of magnitude of ${fuelSource}; vapours are estimates.

${table(
  ["fuel", "kJ/g", "flaming: smoke", "CO", "vapours", "smouldering: smoke", "CO", "vapours"],
  fuels.map(({ what, heat, flaming, smouldering }) => [what, String(heat), ...yieldCells(flaming), ...yieldCells(smouldering)]),
)}

## What happens how often

A day, as people live; stove and heater in midwinter, less towards summer. Estimates. Rooms are of each kind with equal chance.

${table(["room", "heated", ...habits], roomKinds.map(({ name, heated, habits: own }) => [name, heated ? "yes" : "no", ...habits.map((habit) => String(own[habit]))]))}

## What it is not

Rooms do not exchange air but for what the kitchen's smell does next door; nobody sleeps or goes to work; a plume under the ceiling, soot that clogs a sensor and heat that destroys it are left out. A model that finds fires here has
shown that it can, not that it will in a house.
`;
}

function yieldCells({ smoke, co, voc }: Yields): string[] {
  return [smoke, co, voc].map(String);
}

/** `burntFine` is `burnt fine`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bh2\b/, "H2");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
