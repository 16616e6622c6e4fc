import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { FormDefinition, FormField, ReportProblem, ReportValue } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr } from '../ui/kit';
import type { FieldProps } from './FormEditor';
import { ReportTable } from './ReportTable';
import { termAnnexes, TermPicker } from './TermPicker';
import { useFieldText } from './fieldText';

/** Told, and no reason to hold a report back: what was sent elsewhere stays as it is. */
export const told = (p: ReportProblem) => p.rule === 'agrees_with_sent';

type Props = FieldProps & { field: FormField; single: boolean };

/** One field: its input, where its text came from, what is wrong with it, and what its source says by now. */
export function ReportField({ field, single, ...rest }: Props) {
  const { say } = useI18n();
  const { form, view, draft } = rest;
  const shown = useFieldText();
  const id = useId();
  const problems = arr(view.problems).filter((p) => p.field === field.key);
  const label: ReactNode = single ? undefined : <>{say(field.label)}{field.unit && <span className="sub">（{field.unit}）</span>}</>;
  const notes = (
    <>
      {problems.filter(told).map((p, i) => <div key={i} className="fieldnote">{say(p)}</div>)}
      <Source field={field} {...rest} />
      {view.moved?.[field.key] && !draft.edited(field.key) && <Moved field={field} now={view.moved[field.key] as ReportValue} {...rest} />}
    </>
  );
  // Who only reads or signs sees the words, not boxes that take nothing.
  if (!view.can.edit) {
    return (
      <>
        {label && <div className="readlabel">{label}</div>}
        <div className="read pre">{shown(form, field, draft.text(field.key))}</div>
        {problems.filter((p) => !told(p)).map((p, i) => <div key={i} className="fielderror">{say(p)}</div>)}
        {notes}
      </>
    );
  }
  const errors = problems.filter((p) => !told(p));
  if (field.type === 'table') {
    return (
      <>
        {label && <div className="readlabel">{label}</div>}
        <ReportTable field={field} text={draft.text(field.key)} onChange={(text) => draft.set(field.key, text)} describedBy={id} invalid={errors.length > 0} />
        <div id={id}>{say(field.help) && <div className="hint">{say(field.help)}</div>}{errors.map((p, i) => <div key={i} className="fielderror">{say(p)}</div>)}</div>
        {notes}
      </>
    );
  }
  return (
    <>
      <Input field={field} label={label} errors={errors} {...rest} />
      {termAnnexes[field.key] && <TermPicker field={field} text={draft.text(field.key)} onChange={(text) => draft.set(field.key, text)} />}
      {notes}
    </>
  );
}

function Input({ field, form, draft, label, errors }: FieldProps & { field: FormField; label: ReactNode; errors: ReportProblem[] }) {
  const { t, say, fullDay, join } = useI18n();
  const value = draft.text(field.key);
  const hint = [field.type === 'date' ? fullDay(value) : '', say(field.help), arr(field.also).length > 0 ? t('report.also', { words: join(arr(field.also)) }) : ''].filter(Boolean).join('　');
  const common = {
    label, 'aria-label': label ? undefined : say(field.label), size: 'sm' as const, value, description: hint || undefined, error: errors.length > 0 ? errors.map(say).join('　') : undefined,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    onChange: (e: { currentTarget: { value: string } }) => draft.set(field.key, e.currentTarget.value),
  };
  switch (field.type) {
    case 'longtext': return <Textarea {...common} minRows={2} />;
    case 'code': return <NativeSelect {...common} data={[{ value: '', label: '—' }, ...(form.codes[field.codes] ?? []).map((c) => ({ value: c.code, label: say(c.label) }))]} />;
    case 'date': return arr(field.also).length > 0 ? <TextInput {...common} placeholder="2026-06-01" /> : <TextInput {...common} type="date" />;
    case 'partial_date': return <TextInput {...common} placeholder={t('report.partialDate')} />;
    case 'number': return <TextInput {...common} inputMode="decimal" />;
    default: return <TextInput {...common} />;
  }
}

/** Pages of the records that a text can come from. */
const places: Record<string, string> = { product: '/products/', release: '/releases/', intake: '/intakes/', case: '/cases/' };

/** Where a text came from, with the way to that record. */
function Source({ field, view, draft }: FieldProps & { field: FormField }) {
  const { t, lang, say } = useI18n();
  const stored = view.values?.[field.key];
  if (!stored?.text || !stored.source || stored.source === 'person' || draft.edited(field.key)) return null;
  const kind = say(view.sources?.[stored.source]) || stored.source;
  const words = t('report.from', { source: lang === 'en' ? kind.toLowerCase() : kind });
  const place = places[stored.source];
  return <div className="sourcemark">{place && stored.ref ? <Go to={place + stored.ref}>{words}</Go> : words}</div>;
}

/** The record a text came from was changed since: both texts, and a button that takes the new one over. Nothing changes by itself. */
function Moved({ field, form, view, draft, now, take, taking }: FieldProps & { field: FormField; now: ReportValue }) {
  const { t, say } = useI18n();
  const shown = useFieldText();
  return (
    <div className="moved" role="group" aria-label={t('report.moved')}>
      <b>{t('report.moved')}</b>
      <dl>
        <dt>{t('report.moved.here')}</dt><dd className="pre">{shown(form, field, draft.text(field.key))}</dd>
        <dt>{say(view.sources?.[now.source]) || t('report.moved.there')}</dt><dd className="pre">{shown(form as FormDefinition, field, now.text)}</dd>
      </dl>
      {view.can.edit && <Button variant="default" size="xs" loading={taking === field.key} onClick={() => take(field.key)}>{t('report.moved.take')}</Button>}
    </div>
  );
}
