import type { Hours } from '../../../lib/rules/hours.ts';

const STEP_MS = 15 * 60_000;
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

interface Shown {
  instant: number;
  date: string;
  yesterday: string;
  minutes: number;
}

/** What the clocks of a time zone show in every quarter of an hour from January to the next January. */
export function clockOfYear(timezone: string, year: number): Shown[] {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const begin = Date.UTC(year, 0, 1);
  const end = Date.UTC(year + 1, 0, 20);
  return Array.from({ length: (end - begin) / STEP_MS }, (_, index) => {
    const instant = begin + index * STEP_MS;
    const [date = '', time = ''] = format.format(instant).split(' ');
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    const yesterday = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
    return { instant, date, yesterday, minutes: hours * 60 + minutes };
  });
}

/**
 * Whether hours are open while clocks show something, read off the clock alone. It is right where no opening begins or ends
 * in an hour that clocks skip or repeat.
 */
export function isOpen(hours: Hours, { date, yesterday, minutes }: Shown): boolean {
  const today = timesOn(hours, date).some(([from, to]) => minutes >= from && (to <= from || minutes < to));
  return today || timesOn(hours, yesterday).some(([from, to]) => to <= from && minutes < to);
}

function timesOn({ week = {}, closed = [], open = {} }: Hours, date: string): [from: number, to: number][] {
  if (closed.includes(date)) return [];
  const name = NAMES[new Date(date).getUTCDay()] ?? 'sun';
  return (open[date] ?? week[name] ?? []).map((times) => {
    const [from = 0, to = 0] = times.split('-').map((time) => {
      const [hours = 0, minutes = 0] = time.split(':').map(Number);
      return hours * 60 + minutes;
    });
    return [from, to];
  });
}
