import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { formatClock, formatDay, formatFullDay, formatShortDay, formatTime, type Lang } from '../lib/dates';
import { words, type Key } from './words';

export type { Key, Lang };
type Params = Record<string, string | number>;

/** The text of a key. {name} is replaced by the parameter; English takes en1 when n is 1. */
export function translate(lang: Lang, key: Key, params: Params = {}): string {
  const entry: { ja: string; en: string; en1?: string } = words[key];
  const text = lang === 'en' ? (params.n === 1 && entry.en1 ? entry.en1 : entry.en) : entry.ja;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : typeof value === 'number' ? value.toLocaleString(lang === 'ja' ? 'ja-JP' : 'en-US') : value;
  });
}

type I18n = {
  lang: Lang;
  today: string;
  t: (key: Key, params?: Params) => string;
  /** The name of a record's value, for example name('harm', 'serious'); a value without a name is shown as it is. */
  name: (prefix: string, value: string) => string;
  /** The words of the server in the user's language. */
  say: (w: { ja: string; en: string } | null | undefined) => string;
  day: (day: string) => string;
  fullDay: (day: string) => string;
  shortDay: (day: string) => string;
  time: (time: string) => string;
  /** To the second, with the zone. */
  clock: (time: string) => string;
  n: (value: number) => string;
  /** A list of words in one line. */
  join: (items: string[]) => string;
  setLang: (lang: Lang) => void;
};

const Context = createContext<I18n | null>(null);

export function I18nProvider({ lang, today, setLang, children }: { lang: Lang; today: string; setLang: (lang: Lang) => void; children: ReactNode }) {
  const value = useMemo<I18n>(() => ({
    lang,
    today,
    t: (key, params) => translate(lang, key, params),
    name: (prefix, v) => (`${prefix}.${v}` in words ? translate(lang, `${prefix}.${v}` as Key) : v),
    say: (w) => (w ? (lang === 'en' ? w.en : w.ja) || w.ja || w.en : ''),
    day: (d) => formatDay(d, lang, today),
    fullDay: (d) => formatFullDay(d, lang),
    shortDay: (d) => formatShortDay(d, lang),
    time: (at) => formatTime(at, lang, today),
    clock: (at) => formatClock(at, lang),
    join: (items) => items.join(translate(lang, 'comma')),
    n: (v) => v.toLocaleString(lang === 'ja' ? 'ja-JP' : 'en-US'),
    setLang,
  }), [lang, today, setLang]);
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error('useI18n outside of I18nProvider');
  return value;
}
