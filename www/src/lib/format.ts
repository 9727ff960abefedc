// Sizes, dates and times for people, in the words of a language (a BCP 47 tag). Pure functions.

const kSizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];
const kSecond = 1;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

// Making a formatter is far slower than using one, and a list uses one per row.
function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format;
}

function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (!format) dateFormats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}

// 1,536,000 -> "1.5 MB": powers of 1000, three digits at most.
export function formatSize(bytes: number, language: string): string {
  let unit = 0;
  let value = bytes;
  // 999.5 would be shown as "1,000 kB".
  while (value >= 999.5 && unit < kSizeUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return numberFormat(language, {
    style: 'unit',
    unit: kSizeUnits[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

export const formatCount = (count: number, language: string) =>
  numberFormat(language, {}).format(count);

// 0.5 -> "50%"; never "100%" before the end.
export function formatShare(share: number, language: string): string {
  const percent = Math.floor(Math.min(Math.max(share, 0), 1) * 100) / 100;
  return numberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(percent);
}

// Short: the time for today, day and month for this year, else the date.
export function formatDate(time: string, language: string, now: Date): string {
  const date = new Date(time);
  if (date.toDateString() === now.toDateString()) {
    return dateFormat(language, { hour: '2-digit', minute: '2-digit' }).format(date);
  }
  if (date.getFullYear() === now.getFullYear()) {
    return dateFormat(language, { month: 'short', day: 'numeric' }).format(date);
  }
  return dateFormat(language, { year: 'numeric', month: 'short', day: 'numeric' }).format(date);
}

export const formatDateTime = (time: string, language: string) =>
  dateFormat(language, { dateStyle: 'long', timeStyle: 'medium' }).format(new Date(time));

// A rough duration in its largest unit: 5400 -> "1.5 hr".
export function formatDuration(seconds: number, language: string): string {
  const [value, unit, digits] =
    seconds < kMinute
      ? [Math.max(1, Math.round(seconds)), 'second', 0]
      : seconds < kHour
        ? [Math.round(seconds / kMinute), 'minute', 0]
        : [seconds / kHour, 'hour', 1];
  return numberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
