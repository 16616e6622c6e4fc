import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { http } from '../api/client';
import type { OpenValue } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { Choice } from '../ui/Choice';
import { FormFoot, useForm } from '../ui/form';
import { Go } from '../ui/go';
import { arr, Card, ErrorBox, Loading, Tag } from '../ui/kit';

/** 確認待ちの値: what the company must obtain or confirm. Until then every page that uses one says so. */
export function OpenValues() {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/open-values'], queryFn: () => http.get<{ items: OpenValue[] | null }>('/open-values') });
  const values = arr(query.data?.items);
  const waiting = values.filter((v) => v.state === 'to_be_confirmed').length;
  const loaded = query.isSuccess;
  useEffect(() => {
    if (loaded && location.hash.startsWith('#value-')) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
  }, [loaded]);
  return (
    <Card title={t('openValues')} id="open-values" aside={query.data && <span className="sub small">{waiting > 0 ? t('openValues.waiting', { n: waiting }) : t('openValues.all')}</span>}>
      <p className="sub">{t('openValues.text')}</p>
      {query.isPending ? <Loading /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : values.map((v) => <ValueRow key={v.id} v={v} />)}
    </Card>
  );
}

function ValueRow({ v }: { v: OpenValue }) {
  const { t, say, day, name } = useI18n();
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const may = can('values.set');
  return (
    <div className="openvalue" id={`value-${v.id}`}>
      <div><h3>{say(v.label)}</h3><div className="tags">{v.state === 'confirmed' ? <Tag tone="brand">{t('openValue.confirmed')}</Tag> : <Tag tone="open">{t('openValue.mark')}</Tag>}</div></div>
      <div>
        <p className="sub small">{say(v.help)}</p>
        {editing ? <ValueForm v={v} onClose={() => setEditing(false)} /> : (
          <>
            <Shown v={v} />
            <div className="sub small">
              {v.source ? `${t(v.state === 'confirmed' ? 'openValue.source' : 'openValue.origin')}${t('colon')}${v.source}` : name('openValue.from', v.mark)}
              {v.by && `${t('gap')}${v.by}${t('gap')}${day(v.on)}`}
              {arr(v.used_in).length > 0 && <div>{t('openValue.used')}{t('colon')}{arr(v.used_in).map((x, i) => <span key={x}>{i > 0 && t('comma')}{x.includes('/') ? <Go to={`/law?q=${encodeURIComponent(x)}`}>{x}</Go> : name('form', x)}</span>)}</div>}
            </div>
            {may && <Button variant="default" mt={6} onClick={() => setEditing(true)}>{t(v.state === 'confirmed' ? 'edit' : 'openValue.enter')}</Button>}
          </>
        )}
      </div>
    </div>
  );
}

function Shown({ v }: { v: OpenValue }) {
  const { t, say } = useI18n();
  if (!v.value.trim()) return <p className="openwords">{t('openValue.none')}</p>;
  if (v.kind === 'choice') return <p>{say(arr(v.choices).find((c) => c.id === v.value)?.label) || v.value}</p>;
  if (v.kind === 'lines') return <details><summary>{t('openValue.lines', { n: v.value.trim().split('\n').length })}</summary><p className="pre small">{v.value}</p></details>;
  return <p className="pre">{v.value}</p>;
}

function ValueForm({ v, onClose }: { v: OpenValue; onClose: () => void }) {
  const { t, say } = useI18n();
  const client = useQueryClient();
  const form = useForm({
    draft: `value:${v.id}`, initial: { value: v.value, state: v.state as string, source: v.by ? v.source : '' },
    check: (x) => (x.state === 'confirmed' && !x.source.trim() ? { '/source': t('openValue.source.missing') } : {}),
    submit: (x) => http.put<unknown>(`/open-values/${v.id}`, x),
    done: () => { onClose(); void client.invalidateQueries({ predicate: (q) => ['/open-values', '/cases', '/products'].includes(String(q.queryKey[0])) }); },
  });
  return (
    <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
      {v.kind === 'choice' ? <NativeSelect label={t('openValue.value')} data={[{ value: '', label: t('pick') }, ...arr(v.choices).map((c) => ({ value: c.id, label: say(c.label) }))]} value={form.values.value} onChange={(e) => form.set('value', e.currentTarget.value)} error={form.errors['/value']} />
        : v.kind === 'lines' ? <Textarea label={t('openValue.value')} description={t('openValue.lines.hint')} minRows={5} maxRows={18} {...form.text('value')} />
        : <TextInput label={t('openValue.value')} inputMode={v.kind === 'number' ? 'numeric' : undefined} {...form.text('value')} />}
      <Choice label={t('state')} options={[{ value: 'to_be_confirmed', label: t('openValue.mark'), unknown: true }, { value: 'confirmed', label: t('openValue.confirmed') }]} value={form.values.state} onChange={(s) => form.set('state', s)} error={form.errors['/state']} />
      <TextInput label={t('openValue.source')} description={t('openValue.source.hint')} withAsterisk={form.values.state === 'confirmed'} {...form.text('source')} />
      <FormFoot form={form} label={t('save')} cancel={<Button variant="default" onClick={onClose}>{t('cancel')}</Button>} />
    </form>
  );
}
