import type { DeterminationRecord } from '../api/record';
import type { Replayed } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card } from '../ui/kit';

/** Whether the kept record gives the same bytes again, and whether the rulebooks of today would answer otherwise. */
export function Replay({ replay }: { replay: Replayed | null }) {
  const { t } = useI18n();
  if (!replay) return null;
  return <Card title={t('replay')}><p className="sub">{t('replay.text')}</p></Card>;
}

/** The rulebooks a determination was made with, by version and digest. */
export function Rulebooks({ record, digest }: { record: DeterminationRecord; digest: string; made: string; due: string }) {
  const { t } = useI18n();
  const books = record.law ?? (record.rulebook ? [record.rulebook] : []);
  return (
    <Card title={t('rulebooks.used')} className="long">
      <table className="list">
        <thead><tr><th scope="col">{t('rulebook')}</th><th scope="col">{t('determination.version')}</th><th scope="col">{t('digest')}</th></tr></thead>
        <tbody>{arr(books).map((b) => <tr key={b.id}><td className="code">{b.id}</td><td className="num">{b.version}</td><td className="code small">{b.digest}</td></tr>)}</tbody>
      </table>
      <p className="sub small" style={{ marginTop: 8 }}>{t('digest.record')}{t('colon')}<span className="code">{digest}</span></p>
    </Card>
  );
}
