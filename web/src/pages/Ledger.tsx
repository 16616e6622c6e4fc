import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { LedgerEntry, Verification } from '../api/types';
import { useI18n } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { EntryDiff } from '../ui/Diff';
import { Card, Defs, Empty, ErrorBox } from '../ui/kit';
import { Page } from '../ui/Page';
import { useSubjectName } from '../ui/subject';

/** The whole audit trail, and the proof that nothing in it was altered. */
export function Ledger() {
  const { t, n, time, clock, name } = useI18n();
  const subject = useSubjectName();
  const [entry, setEntry] = useState<LedgerEntry | null>(null);
  const verify = useMutation({
    mutationFn: async () => {
      const result = await http.post<Verification>('/ledger/verify');
      const checkpoint = await http.get<{ size: number; root: string; note: string }>('/ledger/checkpoint').catch(() => null);
      return { result, checkpoint };
    },
  });
  const v = verify.data;
  const areas = ['product.', 'release.', 'sbom.', 'site.', 'installation.', 'import.', 'finding.', 'assessment.', 'intake.', 'case.', 'determination.', 'obligation.', 'report.', 'submission.', 'terms.', 'form.', 'rulebook.', 'openvalue.', 'user.', 'setting.'];
  return (
    <Page title={t('ledger')} sub={t('ledger.sub')} actions={<Button loading={verify.isPending} onClick={() => verify.mutate()}>{t('ledger.verify')}</Button>}>
      <div className="stack">
        <div aria-live="polite">
          {verify.isError && <ErrorBox error={verify.error} retry={() => verify.mutate()} />}
          {v && (
            <div className={`notice ${v.result.ok ? '' : 'error'}`}>
              <b>{v.result.ok ? t('ledger.good', { n: v.result.entries }) : t('ledger.bad', { seq: n(v.result.first_bad?.seq ?? 0) })}</b>
              {!v.result.ok && <p>{v.result.first_bad?.why}</p>}
              <p className="sub num">{t('ledger.checked', { checkpoints: n(v.result.checked_checkpoints), seconds: (v.result.millis / 1000).toFixed(1) })}</p>
              {v.checkpoint && <details><summary className="small">{t('ledger.checkpoint')}</summary><p className="sub small">{t('ledger.checkpoint.text')}</p><pre className="code" style={{ whiteSpace: 'pre-wrap', margin: '4px 0' }}>{v.checkpoint.note}</pre></details>}
            </div>
          )}
        </div>
        <Card>
          <DataTable
            path="/ledger" rowKey={(e: LedgerEntry) => String(e.seq)} search={t('ledger.search')}
            filters={[{ name: 'action', label: t('ledger.area'), options: areas.map((a) => ({ value: a, label: name('area', a.slice(0, -1)) })) }]}
            columns={[
              { key: 'seq', title: t('number'), className: 'right', cell: (e) => <span className="num">{e.seq}</span> },
              { key: 'at', title: t('ledger.at'), cell: (e) => <span className="num nowrap">{time(e.at)}</span> },
              { key: 'actor', title: t('ledger.who'), cell: (e) => <>{e.actor.name}<div className="sub small">{name('via', e.actor.via)}</div></> },
              { key: 'action', title: t('ledger.what'), cell: (e) => <button type="button" className="plain" onClick={() => setEntry(e)}>{name('action', e.action)}</button> },
              { key: 'subject', title: t('ledger.subject'), cell: (e) => <>{subject(e) || e.subject.id}<div className="sub small">{name('kind', e.subject.kind)}</div></> },
              { key: 'reason', title: t('ledger.reason'), className: 'hide-tight', cell: (e) => <span className="small">{e.reason || '—'}</span> },
            ]}
            empty={<Empty title={t('ledger.none')} />}
          />
        </Card>
      </div>
      {entry && (
        <Modal opened onClose={() => setEntry(null)} size="xl" title={<b>{name('action', entry.action)}　{subject(entry)}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
          <div className="stack">
            <Defs rows={[[t('number'), <span key="s" className="num">{entry.seq}</span>], [t('ledger.at'), <span key="t" className="num">{clock(entry.at)}</span>], [t('ledger.who'), `${entry.actor.name}　${name('via', entry.actor.via)}`], [t('ledger.what'), <>{name('action', entry.action)} <code className="sub">{entry.action}</code></>], [t('ledger.subject'), `${name('kind', entry.subject.kind)}　${subject(entry)}`], [t('ledger.reason'), entry.reason && <span className="pre">{entry.reason}</span>]]} />
            <EntryDiff entry={entry} />
          </div>
        </Modal>
      )}
    </Page>
  );
}
