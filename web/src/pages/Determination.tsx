import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { address, http } from '../api/client';
import type { DeterminationRecord, RecordedFact } from '../api/record';
import type { CasePage, DeterminationPage as PageData, FactView } from '../api/types';
import { useI18n } from '../i18n';
import { Go, useId } from '../ui/go';
import { arr, Card, Defs, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';
import { BothAnswers, Headline, Items, lawVerdict } from './answerWords';
import { StatusTag } from './caseParts';
import { Chain } from './DeterminationChain';
import { factWords } from './outcome';
import { Unsure } from './proofLine';
import { Replay, Rulebooks } from './Replay';

/** The proof as a page: what was answered, who signed it, on which facts and clauses, and that it can be computed again. */
export function DeterminationPage() {
  const id = useId();
  const { t, n, lang, fullDay, time, clock } = useI18n();
  const query = useQuery({ queryKey: ['/determinations', id], queryFn: () => http.get<PageData>(`/determinations/${encodeURIComponent(id)}`) });
  const caseID = query.data?.determination.case_id ?? '';
  // The record has the names of facts only; their words stand in the case.
  const file = useQuery({ queryKey: ['/cases', caseID], enabled: caseID !== '', queryFn: () => http.get<CasePage>(`/cases/${caseID}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('determination')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const { determination: d, signatures, case: c, product, replay } = query.data;
  const record = d.record as unknown as DeterminationRecord;
  const facts = [...arr(file.data?.facts), ...arr(file.data?.duty_steps).flatMap((s) => arr(s.facts))];
  const law = lawVerdict(d);
  return (
    <Page
      title={t('determination.title', { n: n(d.version) })} ledger={{ kind: 'determination', id: d.id }}
      crumbs={[<Go key="l" to="/cases">{t('case.nav')}</Go>, <Go key="c" to={`/cases/${c.id}`}><span className="num">{c.number}</span>　{c.title}</Go>]}
      sub={<>{product.brand_name}　{t('aware_on')} <b className="num">{fullDay(d.aware_on || record.aware)}</b></>}
      actions={<>
        <Button variant="default" component="a" href={address(`/determinations/${d.id}/pdf`, { lang })} download>PDF</Button>
        <Button variant="default" component="a" href={address(`/determinations/${d.id}/record`)} download={`${c.number}-${d.version}.json`}>JSON</Button>
        <Button variant="default" onClick={() => window.print()}>{t('print')}</Button>
      </>}
    >
      <div className="stack">
        <section className="card answer" data-tone={d.result === 'not_reportable' ? 'none' : 'brand'}>
          <div className="tags"><StatusTag status={d.status} />{d.superseded && <span className="tag">{t('superseded')}</span>}</div>
          <div className="big"><Headline v={law} /></div>
          {law.due && <p className="num">{t('statutory_day')}{t('colon')}{fullDay(law.due)}</p>}
          {law.first_report && <p>{t('confirm.first')}</p>}
          {law.items.length > 0 && <p className="sub"><Items items={law.items} /></p>}
          <Unsure lines={arr(record.answer.proof)} />
          {d.override && <div className="notice" style={{ marginTop: 12 }}><b>{t(d.status === 'overridden' ? 'override.governs' : d.status === 'override_asked' ? 'override.asked.text' : 'override.notTaken')}</b><BothAnswers law={law} instead={d.override} /></div>}
          {d.laxer && <p className="notice error" style={{ marginTop: 8 }}>{t('laxer')}</p>}
          {d.refused && <p className="pre" style={{ marginTop: 8 }}>{t('refused', { who: d.refused.by, at: time(d.refused.at) })}{t('colon')}{d.refused.reason}</p>}
          {d.comment && <p className="pre" style={{ marginTop: 8 }}>{t('confirm.comment')}{t('colon')}{d.comment}</p>}
        </section>
        <div className="cols two">
          <Card title={t('determination.signed')}>
            <Defs rows={[
              [t('determination.made'), <span key="m">{d.made_by || t('status.automatic')}　<span className="num">{clock(d.made_at)}</span></span>],
              ...arr(signatures).map((s) => [<SignatureMeaning key="k" meaning={s.meaning} />, <span key={s.id}><b>{s.name}</b>　<span className="num">{clock(s.at)}</span><div className="sub small code">{s.digest.slice(0, 16)}…</div></span>] as [React.JSX.Element, React.JSX.Element]),
            ]} />
            {arr(signatures).length === 0 && <p className="sub small" style={{ marginTop: 8 }}>{t('determination.unsigned')}</p>}
          </Card>
          <Replay replay={replay} />
        </div>
        <Recorded title={t('determination.facts')} situation={record.situation} facts={facts} />
        <Chain record={record} assessment={file.data?.assessment ?? null} facts={facts} />
        <Rulebooks record={record} replay={replay} digest={d.digest} />
      </div>
    </Page>
  );
}

function SignatureMeaning({ meaning }: { meaning: string }) {
  const { name } = useI18n();
  return <>{name('signature', meaning)}</>;
}

/** Every fact that was answered, with what it rests on and who said so. */
function Recorded({ title, situation, facts }: { title: string; situation: Record<string, RecordedFact> | null; facts: FactView[] }) {
  const { t, say, time, join } = useI18n();
  const rank = (name: string) => { const at = facts.findIndex((f) => f.name === name); return at < 0 ? facts.length : at; };
  const rows = Object.entries(situation ?? {}).sort(([a], [b]) => rank(a) - rank(b));
  return (
    <Card title={title} className="long">
      {rows.length === 0 ? <p className="openwords">{t('determination.noFacts')}</p> : (
        <table className="list factlist">
          <thead><tr><th scope="col">{t('fact')}</th><th scope="col">{t('fact.answer')}</th><th scope="col">{t('fact.evidence.is')}</th><th scope="col">{t('by')}</th></tr></thead>
          <tbody>
            {rows.map(([name, known]) => {
              const w = factWords(facts, name);
              return <tr key={name}><th scope="row">{say(w.label)}</th><td><b>{join(arr(known.values).map((v) => say(w.value(v))))}</b></td><td className="pre small">{known.evidence || '—'}</td><td className="small">{known.by || '—'}{known.at && <div className="sub num">{time(known.at)}</div>}</td></tr>;
            })}
          </tbody>
        </table>
      )}
      <p className="sub small">{t('determination.others')}</p>
    </Card>
  );
}
