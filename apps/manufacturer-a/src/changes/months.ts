/**
 * Number of the month of a time: whole calendar months in UTC since the month of the series' first reading, plus 1.
 * Two readings in one month have the same number. Times in milliseconds since 1970 UTC.
 */
export function monthNumber(time: number, first: number): number {
  return calendarMonth(time) - calendarMonth(first) + 1;
}

function calendarMonth(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
