import { Button } from '@mantine/core';
import { useState } from 'react';
import { address } from '../api/client';
import type { FormDefinition, ReportIssue, ReportView, Submission } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';
import { arr, Card, DayText, Tag } from '../ui/kit';
import { AgreementDialog } from './reportDialogs';
import { ReportDifference } from './ReportDifference';
import { AcknowledgeDialog, ResolveDialog } from './SubmissionDialogs';

type Props = { view: ReportView; form: FormDefinition; store: (next: ReportView) => void };

/** Every issue (報): who signed it, how and when it was sent, what came back. */
export function ReportIssues({ view, form, store }: Props) {
  const { t, name, n } = useI18n();
  const [compare, setCompare] = useState<{ from: number; to: number } | null>(null);
  const issues = arr(view.issues);
  return (
    <Card title={t('report.issues')} id="issues" className="long">
      {issues.map((issue, i) => {
        const before = issues[i + 1];
        const from = before && (arr(before.submissions).at(-1)?.version ?? before.version);
        return (
          <div key={issue.issue} className="issue">
            <div className="issuehead">
              <h3>{t('report.issueN', { n: n(issue.issue) })}</h3>
              <span className="tags">{issue.kind && <Tag>{name('report.kind', issue.kind)}</Tag>}{issue.completion && <Tag>{name('report.completion', issue.completion)}</Tag>}</span>
              <span className="sub small num">{t('report.versionN', { n: issue.version })}</span>
              {from !== undefined && <span className="buttons noprint"><button type="button" className="plain small" onClick={() => setCompare({ from, to: issue.version })}>{t('report.diff.before')}</button></span>}
            </div>
            <Signatures issue={issue} />
            {arr(issue.submissions).length === 0 && <p className="sub small">{t('report.notSent')}</p>}
            {arr(issue.submissions).map((s) => <Sent key={s.id} s={s} view={view} store={store} />)}
          </div>
        );
      })}
      {compare && <ReportDifference id={view.report.id} form={form} {...compare} onClose={() => setCompare(null)} />}
    </Card>
  );
}

/** Signatures, oldest first; those whose content was changed since are struck through. */
function Signatures({ issue }: { issue: ReportIssue }) {
  const { t, name, time } = useI18n();
  const list = arr(issue.signatures);
  if (list.length === 0) return null;
  const void_ = list.filter((s) => !s.stands);
  const line = (s: (typeof list)[number]) => <li key={s.id} data-void={!s.stands || undefined}><b>{name('signature', s.meaning)}</b>　{s.name}　<span className="num sub">{time(s.at)}</span></li>;
  return (
    <>
      <ul className="signs">{list.filter((s) => s.stands).map(line)}</ul>
      {void_.length > 0 && <details className="small"><summary className="sub">{t('report.signs.void', { n: void_.length })}</summary><ul className="signs">{void_.map(line)}</ul></details>}
    </>
  );
}

/** One sending: when, by what channel, to whom, its proof and files, and what came back. */
function Sent({ s, view, store }: { s: Submission; view: ReportView; store: (next: ReportView) => void }) {
  const { t, name, time, n } = useI18n();
  const may = useCan()('report.write');
  const [open, setOpen] = useState<'acknowledge' | 'resolve' | null>(null);
  const close = () => setOpen(null);
  const props = { view, submission: s, onClose: close, store: (next: ReportView) => { close(); store(next); } };
  return (
    <div className="submission">
      <div><b className="num">{time(s.sent_at)}</b>　{name('channel', s.channel)}　<Tag tone={s.state === 'acknowledged' ? 'brand' : s.state === 'mismatch' ? 'open' : undefined}>{name('submission.state', s.state)}</Tag></div>
      <div className="small">{t('send.recipient')}{t('colon')}{s.recipient}</div>
      {s.proof && <div className="small pre">{t('send.proof')}{t('colon')}{s.proof}</div>}
      {hasTime(s.acknowledged_at) && (
        <div className="small">
          {t('acknowledge.received', { at: time(s.acknowledged_at) })}
          {s.registration_number && `　${t('registration_number')}${t('colon')}${s.registration_number}`}{s.identification_number && `　${t('identification_number')}${t('colon')}${s.identification_number}`}
          {s.acknowledged && <div className="pre">{s.acknowledged}</div>}
        </div>
      )}
      {arr(s.files).length > 0 && <ul className="small plainlist">{arr(s.files).map((f) => <li key={f.kind + f.sha256}>{name('submission.file', f.kind)}{t('colon')}<a href={address(`/submissions/${s.id}/files/${f.sha256}`)} download={f.name}>{f.name}</a>　<span className="sub num" title={`SHA-256 ${f.sha256}`}>{n(Math.ceil(f.bytes / 1024))} kB</span></li>)}</ul>}
      <div className="sub small">{t('submission.by', { who: s.by, at: time(s.at) })}</div>
      {may && s.state !== 'acknowledged' && (
        <div className="buttons noprint">{s.state === 'sent' ? <Button variant="default" onClick={() => setOpen('acknowledge')}>{t('report.acknowledge')}</Button> : <Button onClick={() => setOpen('resolve')}>{t('report.resolve')}</Button>}</div>
      )}
      {open === 'acknowledge' && <AcknowledgeDialog {...props} />}
      {open === 'resolve' && <ResolveDialog {...props} />}
    </div>
  );
}

/** 医療機関の報告との一致: as of which version. */
export function Agreements({ view, store }: { view: ReportView; store: (next: ReportView) => void }) {
  const { t, n } = useI18n();
  const [open, setOpen] = useState(false);
  const list = arr(view.agreements);
  if (!view.report.case_id) return null;
  return (
    <Card title={t('agreement')} className="quiet" aside={view.can.agree && <button type="button" className="plain small noprint" onClick={() => setOpen(true)}>{t('agreement.record')}</button>}>
      {list.length === 0 ? <p className="sub small">{t('agreement.none')}</p> : (
        <ul className="problems">{list.map((g) => <li key={g.id} className="small"><DayText day={g.on} />　{g.with}<div className="sub">{t('agreement.of', { issue: n(g.issue), version: n(g.version) })}　{g.by}</div>{g.note && <div className="pre">{g.note}</div>}</li>)}</ul>
      )}
      {open && <AgreementDialog view={view} onClose={() => setOpen(false)} store={(next) => { setOpen(false); store(next); }} />}
    </Card>
  );
}
