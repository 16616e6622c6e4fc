import type { Answer, Determination, Override, Result } from '../api/types';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { arr } from '../ui/kit';

/** What is to be done, as the law or persons decided it. due is "" when it has no day. */
export type Verdict = { result: Result; form: string; term_days: number; periodic: boolean; due: string; first_report: boolean; items: string[] };

export function answerVerdict(a: Answer): Verdict {
  const g = a.governing;
  return { result: a.result, form: g?.form ?? '', term_days: g?.term_days ?? 0, periodic: g?.periodic ?? false, due: g?.due ?? '', first_report: g?.first_report ?? false, items: arr(g?.items) };
}

/** The answer of the law, as a determination recorded it. */
export function lawVerdict(d: Determination): Verdict {
  return { result: d.result, form: d.form, term_days: d.term_days, periodic: d.periodic, due: d.due_on, first_report: d.first_report, items: arr(d.items) };
}

/** What persons decided instead. */
export function overrideVerdict(o: Override): Verdict {
  return { result: o.result, form: o.form, term_days: 0, periodic: false, due: o.due_on, first_report: o.first_report, items: [] };
}

/** 様式第8　15日以内　12月8日（火）まで */
export function Headline({ v }: { v: Verdict }) {
  const { t, name, day } = useI18n();
  if (v.result === 'not_reportable' || (!v.form && !v.term_days && !v.periodic)) return <>{name('result', v.result)}</>;
  const form = v.form && name('form', v.form);
  if (v.periodic) return <>{t('headline.periodic', { form })}</>;
  return <>{form && `${form}${t('gap')}`}{v.term_days ? `${t('headline.days', { n: v.term_days })}${t('gap')}` : ''}{v.due && <span className="num nowrap">{t('headline.until', { day: day(v.due) })}</span>}</>;
}

/** 該当条項：規則228条の20第2項1号ハ */
export function Items({ items }: { items: string[] }) {
  const { t, lang, join } = useI18n();
  return <>{t('answer.items')}{t('colon')}{join(items.map((i) => citation(i, lang)))}</>;
}

/** The answer of the law and what was decided instead, side by side. */
export function BothAnswers({ law, instead }: { law: Verdict; instead: Override }) {
  const { t } = useI18n();
  const column = (title: string, v: Verdict, reason?: string) => (
    <div className="verdict">
      <div className="sub">{title}</div>
      <div className="strong"><Headline v={v} /></div>
      {v.first_report && <div className="small">{t('confirm.first')}</div>}
      {v.items.length > 0 && <div className="sub small"><Items items={v.items} /></div>}
      {reason && <div className="small pre">{t('ledger.reason')}{t('colon')}{reason}</div>}
    </div>
  );
  return <div className="both">{column(t('override.law'), law)}{column(t('override.instead'), overrideVerdict(instead), instead.reason)}</div>;
}
