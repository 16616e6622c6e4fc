import type { DeterminationRecord } from '../api/record';
import type { Replay as Replayed } from '../api/types';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { arr, Card, Tag } from '../ui/kit';

/** Whether the kept record gives the same bytes again, and whether the rules of today would answer otherwise. */
export function Replay({ replay: r }: { replay: Replayed }) {
  const { t, name } = useI18n();
  const show = useShown();
  const changed = arr(r.differences);
  return (
    <Card title={t('replay')}>
      <p className={r.outcome === 'same' ? undefined : 'notice error'}><b>{name('replay.outcome', r.outcome)}</b></p>
      <p className="sub small">{name('replay.text', r.outcome)}</p>
      {!r.intact && <p className="notice error" role="alert">{t('replay.notIntact')}</p>}
      <p style={{ marginTop: 8 }}>{changed.length === 0 ? t('replay.noDifference') : <b>{t('replay.differences', { n: changed.length })}</b>}</p>
      {changed.length > 0 && (
        <table className="diff">
          <thead><tr><th scope="col">{t('replay.part')}</th><th scope="col">{t('replay.then')}</th><th scope="col">{t('replay.now')}</th></tr></thead>
          <tbody>{changed.map((d) => <tr key={d.what}><th scope="row">{show.what(d.what)}</th><td>{show.value(d.what, d.recorded)}</td><td>{show.value(d.what, d.present)}</td></tr>)}</tbody>
        </table>
      )}
    </Card>
  );
}

/** The parts of an answer in words; ids of rules and duties stay as they are. */
function useShown(): { what: (what: string) => string; value: (what: string, value: string) => string } {
  const { t, name, fullDay, lang, join } = useI18n();
  return {
    what: (what) => {
      const [part = '', book] = what.split(' ');
      return `${name('replay.part', part)}${book ? t('parens', { text: book }) : ''}`;
    },
    value: (what, value) => {
      if (value === '') return '—';
      if (value === 'true' || value === 'false') return t(value === 'true' ? 'applies' : 'appliesNot');
      if (what === 'result' || what === 'form') return name(what, value);
      if (what === 'due') return fullDay(value) || value;
      if (['items', 'certain', 'possible'].includes(what)) return join(value.split(', ').map((i) => citation(i, lang)));
      return value;
    },
  };
}

/** The rulebooks a determination was made with, by version and digest; newer ones in force are marked. */
export function Rulebooks({ record, replay, digest }: { record: DeterminationRecord; replay: Replayed; digest: string }) {
  const { t } = useI18n();
  const books = arr(record.law ?? (record.rulebook ? [record.rulebook] : []));
  const present = new Map(arr(replay.present_law).map((b) => [b.id, b]));
  return (
    <Card title={t('rulebooks.used')} className="long">
      <table className="list">
        <thead><tr><th scope="col">{t('rulebook')}</th><th scope="col">{t('determination.version')}</th><th scope="col">{t('digest')}</th></tr></thead>
        <tbody>
          {books.map((b) => {
            const now = present.get(b.id);
            return <tr key={b.id}><td className="code">{b.id}</td><td className="num nowrap">{b.version}{now && now.digest !== b.digest && <div><Tag>{t('rulebooks.newer', { version: now.version })}</Tag></div>}</td><td className="code small digest">{b.digest}</td></tr>;
          })}
        </tbody>
      </table>
      <p className="sub small" style={{ marginTop: 8 }}>{t('digest.record')}{t('colon')}<span className="code digest">{digest}</span></p>
    </Card>
  );
}
