/** The numbers of a reading in the order of its row, as the original's topic spells them. */
export const readingFields = [
  "Temperature[C]",
  "Humidity[%]",
  "TVOC[ppb]",
  "eCO2[ppm]",
  "Raw H2",
  "Raw Ethanol",
  "Pressure[hPa]",
  "PM1.0",
  "PM2.5",
  "NC0.5",
  "NC1.0",
  "NC2.5",
  "CNT",
] as const;

/** What a sensor measures: all but its counter. */
export const MEASURED = 12;
/** Where a row holds the counter of the sensor's readings, from 0. */
export const COUNTER = 12;
/** Where a row holds the label: 1 while a fire burns in the room, else 0. */
export const LABEL = 13;
export const ROW = 14;
