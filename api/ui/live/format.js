const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const count = (number) => (number < 100_000 ? whole.format(number) : short.format(number));

/** A share from 0 to 1, with as many digits as tell it from 0 and 1. */
export function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value < 100 && value > 99.9) return "> 99.9 %";
  return `${value < 10 || (value > 99 && value < 100) ? value.toFixed(1) : Math.round(value)} %`;
}

export const time = (iso) => clock.format(new Date(iso));
export const dayTime = (iso) => day.format(new Date(iso));

/** Three digits that matter, and a unit. */
export function quantity(value, unit = "") {
  if (value === null) return "missing";
  const digits = Math.abs(value) >= 1000 ? whole.format(Math.round(value)) : String(Number(value.toPrecision(3)));
  return unit === "" ? digits : `${digits} ${unit}`;
}

export const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

export function ago(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
