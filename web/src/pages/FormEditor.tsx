import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FormDefinition, FormField, ReportProblem, ReportView } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card } from '../ui/kit';
import type { ReportDraft } from './reportDraft';

/** The official form, box by box, with the official numbers and names. */
export function FormEditor({ form, view, draft }: { form: FormDefinition; view: ReportView; draft: ReportDraft }) {
  const { t, say } = useI18n();
  const boxes = form.fields.filter((f) => !f.group);
  const closing = boxes.filter((f) => !f.number);
  return (
    <div className="stack">
      {form.sections.map((s) => (
        <Card key={s.number} title={`${s.number}　${say(s.label)}`} id={`section-${s.number}`} className="long">
          {boxes.filter((f) => f.number.startsWith(`${s.number}-`)).map((f) => <Box key={f.key} field={f} form={form} view={view} draft={draft} />)}
        </Card>
      ))}
      {closing.length > 0 && <Card title={t('report.reporter')} id="section-end" className="long">{closing.map((f) => <Box key={f.key} field={f} form={form} view={view} draft={draft} />)}</Card>}
    </div>
  );
}

type Props = { field: FormField; form: FormDefinition; view: ReportView; draft: ReportDraft };

/** One box of the paper: a field, or a group with its members. */
function Box({ field, ...rest }: Props) {
  const { say } = useI18n();
  const members = field.type === 'group' ? rest.form.fields.filter((f) => f.group === field.key) : [field];
  return (
    <div className="box" id={`box-${field.key}`}>
      <div className="boxname">{field.number && <span className="num sub">{field.number}　</span>}<b>{say(field.label)}</b>{say(field.help) && field.type === 'group' && <div className="hint">{say(field.help)}</div>}</div>
      <div className="boxbody">
        {members.map((m) => <div key={m.key} id={`field-${m.key}`} className={m.type === 'longtext' || members.length === 1 ? 'wide' : undefined}><Input field={m} single={members.length === 1} {...rest} /></div>)}
      </div>
    </div>
  );
}

function Input({ field, single, form, view, draft }: Props & { single: boolean }) {
  const { t, say, name, lang, fullDay } = useI18n();
  const value = draft.text(field.key);
  const stored = view.values?.[field.key];
  const problems = arr(view.problems).filter((p) => p.field === field.key);
  const source = !draft.edited(field.key) && stored?.text && stored.source && stored.source !== 'person' ? name('valueSource', stored.source) : '';
  const label: ReactNode = single ? undefined : <>{say(field.label)}{field.unit && <span className="sub">（{field.unit}）</span>}</>;
  const hint = [field.type === 'date' ? fullDay(value) : '', field.type !== 'group' ? say(field.help) : '', arr(field.also).length > 0 ? t('report.also', { words: field.also.join(lang === 'ja' ? '、' : ', ') }) : ''].filter(Boolean).join('　');
  const common = {
    label, 'aria-label': single ? say(field.label) : undefined, size: 'sm' as const, value, description: hint || undefined, error: problems.length > 0 ? problems.map((p: ReportProblem) => say(p)).join('　') : undefined,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    onChange: (e: { currentTarget: { value: string } }) => draft.set(field.key, e.currentTarget.value),
  };
  const mark = source && <div className="sourcemark">{t('report.from', { source })}</div>;
  const codes = form.codes[field.codes] ?? [];
  // Who only reads or signs sees the words, not boxes that take nothing.
  if (!view.can.edit) {
    const written = field.type === 'code' ? say(codes.find((c) => c.code === value)?.label) || value : field.type === 'date' ? fullDay(value) || value : value;
    return (
      <>
        {label && <div className="readlabel">{label}</div>}
        <div className="read pre">{written || <span className="sub">{t('notRecorded')}</span>}</div>
        {problems.map((p, i) => <div key={i} className="fielderror">{say(p)}</div>)}
        {mark}
      </>
    );
  }
  switch (field.type) {
    case 'longtext': return <><Textarea {...common} minRows={2} />{mark}</>;
    case 'code': return <><NativeSelect {...common} data={[{ value: '', label: '—' }, ...codes.map((c) => ({ value: c.code, label: say(c.label) }))]} />{mark}</>;
    case 'date': return <>{arr(field.also).length > 0 ? <TextInput {...common} placeholder="2026-06-01" /> : <TextInput {...common} type="date" />}{mark}</>;
    case 'partial_date': return <><TextInput {...common} placeholder={t('report.partialDate')} />{mark}</>;
    case 'number': return <><TextInput {...common} inputMode="decimal" />{mark}</>;
    default: return <><TextInput {...common} />{mark}</>;
  }
}
