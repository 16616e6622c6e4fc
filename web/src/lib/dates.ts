// Days and times as the pages write them. Days are texts "2026-11-23" and are never turned into
// instants, so no time zone can move them. Times are shown in Asia/Tokyo.

export type Lang = 'ja' | 'en';

const weekdays = { ja: ['日', '月', '火', '水', '木', '金', '土'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] };
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Parts of a day, or null when the text is none: "" and "0001-01-01" mean that there is no day. */
export function parts(day: string): { year: number; month: number; date: number; weekday: number } | null {
  const m = dayPattern.exec(day);
  if (!m) return null;
  const [year, month, date] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const utc = new Date(Date.UTC(year, month - 1, date));
  if (year < 1000 || utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== date) return null;
  return { year, month, date, weekday: utc.getUTCDay() };
}

/** 2026年11月23日（月）, or 11月23日（月） when the year is that of today; English Mon 23 Nov 2026, Mon 23 Nov. */
export function formatDay(day: string, lang: Lang, today: string, holiday = false): string {
  const p = parts(day);
  if (!p) return '';
  const thisYear = today.slice(0, 4) === day.slice(0, 4);
  const name = weekdays[lang][p.weekday];
  if (lang === 'ja') return `${thisYear ? '' : `${p.year}年`}${p.month}月${p.date}日（${name}${holiday ? '・祝' : ''}）`;
  return `${name} ${p.date} ${months[p.month - 1]}${thisYear ? '' : ` ${p.year}`}`;
}

/** The day with its year always. */
export function formatFullDay(day: string, lang: Lang, holiday = false): string {
  return formatDay(day, lang, '', holiday);
}

/** 11/23 for the calendar strip; English 23 Nov. */
export function formatShortDay(day: string, lang: Lang): string {
  const p = parts(day);
  if (!p) return '';
  return lang === 'ja' ? `${p.month}/${p.date}` : `${p.date} ${months[p.month - 1]}`;
}

/** Days from one day to another; negative when to is earlier. NaN when one of them is no day. */
export function daysBetween(from: string, to: string): number {
  const [a, b] = [parts(from), parts(to)];
  if (!a || !b) return Number.NaN;
  return Math.round((Date.UTC(b.year, b.month - 1, b.date) - Date.UTC(a.year, a.month - 1, a.date)) / 86_400_000);
}

/** Go writes a missing time as the year 1. */
export function hasTime(time: string | undefined | null): time is string {
  return !!time && !time.startsWith('0001-');
}

const tokyo = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Tokyo', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

/** The day in Tokyo and the clock time there, of an instant. */
export function inTokyo(time: string): { day: string; clock: string; second: string } | null {
  if (!hasTime(time)) return null;
  const instant = new Date(time);
  if (Number.isNaN(instant.getTime())) return null;
  const p = Object.fromEntries(tokyo.formatToParts(instant).map((x) => [x.type, x.value]));
  return { day: `${p.year}-${p.month}-${p.day}`, clock: `${p.hour}:${p.minute}`, second: p.second ?? '' };
}

/** The instant to the second with its zone, as an audit trail needs it: 2026年11月23日（月） 10:12:07 JST. */
export function formatClock(time: string, lang: Lang): string {
  const t = inTokyo(time);
  if (!t) return '';
  const day = formatFullDay(t.day, lang);
  return lang === 'ja' ? `${day} ${t.clock}:${t.second} JST` : `${day}, ${t.clock}:${t.second} JST`;
}

/** 11月23日（月）10:12; English Mon 23 Nov, 10:12. */
export function formatTime(time: string, lang: Lang, today: string): string {
  const t = inTokyo(time);
  if (!t) return '';
  const day = formatDay(t.day, lang, today);
  return lang === 'ja' ? `${day} ${t.clock}` : `${day}, ${t.clock}`;
}
