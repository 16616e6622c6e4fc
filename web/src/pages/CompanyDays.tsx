import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { CompanyDay } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { DayInput } from '../ui/DayInput';
import { arr, Card, ErrorBox, Loading } from '../ui/kit';

type Days = { days: CompanyDay[] | null };

/** 会社休業日: shown beside the closed days of the offices. A statutory day never moves because of them. */
export function CompanyDays() {
  const { t, fullDay, today } = useI18n();
  const can = useCan();
  const client = useQueryClient();
  const key = ['/calendar/company-days'];
  const query = useQuery({ queryKey: key, queryFn: () => http.get<Days>('/calendar/company-days') });
  const [on, setOn] = useState('');
  const [label, setLabel] = useState('');
  const [past, setPast] = useState(false);
  const save = useMutation({
    mutationFn: (days: CompanyDay[]) => http.put<Days>('/calendar/company-days', { days }),
    onSuccess: (d) => { client.setQueryData(key, d); setOn(''); setLabel(''); void client.invalidateQueries({ queryKey: ['/today'] }); },
  });
  const days = [...arr(query.data?.days)].sort((a, b) => a.on.localeCompare(b.on));
  const shown = past ? days : days.filter((d) => d.on >= today);
  const may = can('values.set');
  return (
    <Card title={t('companyDays')} id="company-days">
      <p className="sub">{t('companyDays.text')}</p>
      {query.isPending ? <Loading rows={3} /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : (
        <>
          {shown.length === 0 ? <p className="sub" style={{ margin: '8px 0' }}>{t('companyDays.none')}</p> : (
            <table className="list"><tbody>
              {shown.map((d) => <tr key={d.on}><td className="num nowrap">{fullDay(d.on)}</td><td>{d.name}</td><td className="right">{may && <Button variant="default" disabled={save.isPending} aria-label={t('companyDays.removeOf', { day: fullDay(d.on) })} onClick={() => save.mutate(days.filter((x) => x.on !== d.on))}>{t('companyDays.remove')}</Button>}</td></tr>)}
            </tbody></table>
          )}
          {days.length > shown.length && <button type="button" className="plain small" onClick={() => setPast(true)}>{t('companyDays.past', { n: days.length - shown.length })}</button>}
          {save.isError && <ErrorBox error={save.error} />}
          {may && (
            <form className="inlineform" onSubmit={(e) => { e.preventDefault(); if (on && label.trim()) save.mutate([...days.filter((d) => d.on !== on), { on, name: label.trim() }]); }}>
              <DayInput label={t('companyDays.on')} value={on} onChange={(e) => setOn(e.currentTarget.value)} />
              <TextInput label={t('companyDays.name')} value={label} onChange={(e) => setLabel(e.currentTarget.value)} maxLength={100} />
              <Button type="submit" variant="default" loading={save.isPending} disabled={!on || !label.trim()}>{t('companyDays.add')}</Button>
            </form>
          )}
        </>
      )}
    </Card>
  );
}
