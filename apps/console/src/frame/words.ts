// How numbers, instants and ids are written for people. Instants are UTC and say so.

const whole = new Intl.NumberFormat("en-GB");

/** `12,345` */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 load`, `2 loads` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `2026-11-28 02:14:39 UTC` */
export function instantText(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** `3 minutes ago`, `in 2 days` */
export function ago(at: string, nowMs: number): string {
  const seconds = (Date.parse(at) - nowMs) / 1_000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_557_600],
    ["month", 2_629_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

/** The first part of a UUID: enough to tell apart on a screen, the whole is a link or a title away. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** The last part of a UUID whose first part tells no more than the time (version 7): loads, runs. */
export function tailId(id: string): string {
  return id.slice(-8);
}

/** `4.3 MB` */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** `Monday 4 May 2026` */
export function dayText(date: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${date}T00:00:00Z`));
}
