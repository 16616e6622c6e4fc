import type { FactView, Result } from '../api/types';
import { useI18n } from '../i18n';
import { arr } from '../ui/kit';

type Due = { result: Result; form: string; term_days: number | null; periodic: boolean; due: string; first_report: boolean };

/** One outcome in a few words: 様式第8・15日以内（12月8日）＋第一報. */
export function useOutcome(): (o: Due, short?: boolean) => string {
  const { t, name, day } = useI18n();
  return (o, short) => {
    if (o.result === 'not_reportable' || (!o.form && !o.term_days && !o.periodic)) return o.result === 'not_reportable' ? t('outcome.none') : name('result', o.result);
    const form = o.form ? name('form', o.form) : '';
    const text = o.periodic ? t('outcome.periodic', { form }) : o.term_days ? t('outcome.days', { form, n: o.term_days }) : form;
    const due = !short && o.due && !o.periodic ? t('outcome.due', { day: day(o.due) }) : '';
    return `${text}${due}${o.first_report ? t('outcome.first') : ''}`;
  };
}

/** The fact of that name, and the words of a value of it. */
export function factWords(facts: FactView[], name: string): { label: { ja: string; en: string }; value: (v: string) => { ja: string; en: string } } {
  const fact = facts.find((f) => f.name === name);
  return {
    label: fact?.label ?? { ja: name, en: name },
    value: (v) => arr(fact?.values).find((x) => x.value === v)?.label ?? { ja: v, en: v },
  };
}
