// Numbers on the command line.

import { CarError } from "../base/errors.ts";

/** The whole number that a flag gives; throws CarError `invalid_argument`. */
export function wholeNumber(flag: string, text: string, [min, max]: [number, number]): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  const message = `${flag} must be a whole number from ${min} to ${max}, not "${text}"`;
  throw new CarError("invalid_argument", message);
}
