import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { Attachment, IntakePage as IntakeView, IntakeRow, List, ObligationRow } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { daysBetween } from '../lib/dates';
import { DataTable } from '../ui/DataTable';
import { FileDrop } from '../ui/FileDrop';
import { FormFoot, useForm } from '../ui/form';
import { Go, GoButton, useId } from '../ui/go';
import { arr, Card, DayText, Defs, Empty, ErrorBox, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { intakeSources } from './NewIntake';
import { OpenCaseDialog } from './OpenCase';
import { DaysLeft } from './worklist';

export function Intakes() {
  const { t, name } = useI18n();
  const can = useCan();
  return (
    <Page title={t('intake')} sub={t('intakes.sub')} actions={can('intake.record') && <GoButton to="/intakes/new">{t('intake.new')}</GoButton>}>
      <Card>
        <DataTable
          path="/intakes" rowKey={(i: IntakeRow) => i.id} to={(i) => `/intakes/${i.id}`} search={t('intakes.search')}
          filters={[
            { name: 'source', label: t('intake.source'), options: intakeSources.map((s) => ({ value: s, label: name('intake.source', s) })) },
            { name: 'case', label: t('case'), options: [{ value: 'none', label: t('intake.noCase') }] },
          ]}
          columns={[
            { key: 'number', title: t('number'), sort: '-number', cell: (i) => <Go to={`/intakes/${i.id}`}><span className="num nowrap">{i.number}</span></Go> },
            { key: 'aware', title: t('aware_on'), sort: '-aware_on', cell: (i) => <DayText day={i.aware_on} /> },
            { key: 'title', title: t('intake.title'), className: 'main', cell: (i) => <>{i.title}<div className="sub small">{name('intake.source', i.source)}　{i.from}</div></> },
            { key: 'product', title: t('product'), className: 'hide-small', cell: (i) => i.product_id ? <Go to={`/products/${i.product_id}`}>{i.brand_name}</Go> : <Tag tone="open">{t('unknown')}</Tag> },
            { key: 'case', title: t('case'), cell: (i) => i.case_id ? <Go to={`/cases/${i.case_id}`}><span className="num nowrap">{i.case_number}</span></Go> : i.triage === 'void' ? <Tag>{t('intake.dismissed')}</Tag> : <Tag tone="strong">{t('intake.noCase')}</Tag> },
          ]}
          empty={<Empty title={t('intakes.empty')}><p>{t('intakes.empty.text')}</p>{can('intake.record') && <GoButton to="/intakes/new" mt={12}>{t('intake.new')}</GoButton>}</Empty>}
        />
      </Card>
    </Page>
  );
}

export function IntakePage() {
  const id = useId();
  const { t, name, time, fullDay } = useI18n();
  const can = useCan();
  const [opening, setOpening] = useState(false);
  const [dismissing, setDismissing] = useState(false);
  const query = useQuery({ queryKey: ['/intakes', id], queryFn: () => http.get<IntakeView>(`/intakes/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('intake')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const { intake: i, product, site } = query.data;
  const waiting = !i.case_id && i.triage !== 'void';
  return (
    <Page
      title={i.title} ledger={{ kind: 'intake', id: i.id }} crumbs={[<Go key="l" to="/intakes">{t('intake')}</Go>, <span key="n" className="num">{i.number}</span>]}
      sub={<>{t('aware_on')} <b className="num">{fullDay(i.aware_on)}</b>　{name('intake.source', i.source)}　{i.from}</>}
      actions={i.case_id ? <GoButton to={`/cases/${i.case_id}`}>{t('intake.toCase', { number: i.case_number })}</GoButton> : <>
        {can('case.work') && <Button onClick={() => setOpening(true)}>{t('case.open')}</Button>}
        {waiting && can('case.determine') && <Button variant="default" onClick={() => setDismissing(true)}>{t('intake.dismiss')}</Button>}
      </>}
    >
      {!i.case_id && <Triage intake={i} dismissed={query.data.dismissed} />}
      <div className="cols side">
        <div className="stack">
          <Card title={t('intake.text')}><p className="pre">{i.text}</p></Card>
          <Files intake={i.id} files={arr(query.data.attachments)} />
        </div>
        <Card title={t('intake.details')}>
          <Defs rows={[
            [t('number'), <span key="n" className="num">{i.number}</span>], [t('aware_on'), <DayText key="a" day={i.aware_on} />], [t('intake.occurred_on'), i.occurred_on && <DayText day={i.occurred_on} />],
            [t('intake.source'), name('intake.source', i.source)], [t('intake.from'), i.from],
            [t('product'), product ? <Go to={`/products/${product.id}`}>{product.brand_name}</Go> : <Tag tone="open">{t('unknown')}</Tag>],
            [t('site'), site ? <Go to={`/sites/${site.id}`}>{site.name}</Go> : ''], [t('vulnerability'), i.vulnerability_id ? <Go to={`/vulnerabilities/${i.vulnerability_id}`}>{t('see')}</Go> : ''],
            [t('case'), i.case_id ? <Go to={`/cases/${i.case_id}`}>{i.case_number}</Go> : <Tag tone="open">{t('intake.noCase')}</Tag>], [t('intake.recorded'), `${time(i.recorded_at)}　${i.recorded_by}`],
          ]} />
          <p className="sub small" style={{ marginTop: 10 }}>{t('intake.immutable')}</p>
        </Card>
      </div>
      {dismissing && <DismissDialog intake={i} onClose={() => setDismissing(false)} />}
      {opening && <OpenCaseDialog from={{ title: i.title, product_id: i.product_id, release_id: i.release_id, vulnerability_id: i.vulnerability_id, intake_id: i.id, aware_on: i.aware_on }} onClose={() => setOpening(false)} />}
    </Page>
  );
}

/** The clock that runs from the awareness date until somebody decided what becomes of the record. */
function Triage({ intake, dismissed }: { intake: IntakeRow; dismissed: IntakeView['dismissed'] }) {
  const { t, day, time, today } = useI18n();
  const open = intake.triage === 'open';
  const query = useQuery({ queryKey: ['/obligations', 'triage', intake.id], enabled: open, queryFn: () => http.get<List<ObligationRow>>('/obligations', { intake: intake.id, state: 'open', kind: 'triage' }) });
  if (intake.triage === 'void' && dismissed) return <div className="notice lead"><div><b>{t('intake.dismissed.title')}</b><p className="pre">{t('ledger.reason')}{t('colon')}{dismissed.reason}</p><p className="sub">{dismissed.by}　{time(dismissed.at)}　{t('intake.dismissed.text')}</p></div></div>;
  const o = query.data?.items[0];
  if (!o) return null;
  const left = daysBetween(today, o.due_on);
  return (
    <div className="notice lead">
      <div><DaysLeft days={left} urgency={left < 0 ? 'late' : left <= 3 ? 'now' : 'open'} /> <b>{t('triage.title', { day: day(o.due_on) })}</b><p className="sub">{t('triage.text')}</p></div>
    </div>
  );
}

/** No case is needed: with the reason, on the record. */
function DismissDialog({ intake, onClose }: { intake: IntakeRow; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: `dismiss:${intake.id}`, initial: { reason: '' }, check: (v) => (v.reason.trim() ? {} : { '/reason': t('intake.dismiss.missing') }),
    submit: (v) => http.post<unknown>(`/intakes/${intake.id}/dismiss`, v),
    done: async () => { onClose(); await refresh(); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{t('intake.dismiss')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p>{t('intake.dismiss.text')}</p>
        <Textarea label={t('ledger.reason')} withAsterisk description={t('intake.dismiss.hint')} {...form.text('reason')} />
        <FormFoot form={form} label={t('intake.dismiss.do')} />
      </form>
    </Modal>
  );
}

/** The files that came with the record; they can be added, never changed. */
function Files({ intake, files }: { intake: string; files: Attachment[] }) {
  const { t, time, n } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const add = useMutation({ mutationFn: (file: File) => http.post<Attachment>(`/intakes/${intake}/attachments`, file, { name: file.name }), onSuccess: refresh });
  return (
    <Card title={t('intake.files')}>
      {files.length === 0 ? <p className="sub">{t('intake.files.none')}</p> : (
        <ul>{files.map((f) => <li key={f.id}><a href={address(`/attachments/${f.id}`)} download={f.name}>{f.name}</a>　<span className="sub small">{n(Math.ceil(f.bytes / 1024))} kB　{time(f.added_at)}　{f.added_by}</span></li>)}</ul>
      )}
      {can('intake.record') && <div className="noprint" style={{ marginTop: 12 }}><FileDrop label={t('intake.files.drop')} hint={t('intake.files.hint')} busy={add.isPending} busyText={t('intake.files.adding')} onFile={(f) => add.mutate(f)} /></div>}
      {add.isError && <div style={{ marginTop: 12 }}><ErrorBox error={add.error} /></div>}
    </Card>
  );
}
