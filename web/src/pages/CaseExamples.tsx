import { useState } from 'react';
import type { Example, Words } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card } from '../ui/kit';

/** The six examples of the CS notice 4(2), the most similar first. They help to see; they never decide. */
export function Examples({ examples }: { examples: Example[] }) {
  const { t, say, join } = useI18n();
  const [shown, setShown] = useState(2);
  if (examples.length === 0) return null;
  const line = (label: string, words: Words[] | null, className?: string) => arr(words).length > 0 && <div className={className}>{label}{t('colon')}{join(arr(words).map(say))}</div>;
  return (
    <Card title={t('examples')} className="quiet">
      <p className="sub small"><q>{say(examples[0]?.not_alone)}</q> {t('examples.text')}</p>
      {examples.slice(0, shown).map((e, i) => (
        <details key={e.id} className="small example">
          <summary>{say(e.citation)}{t('gap')}<span className="sub">{t('examples.count', { same: arr(e.same).length, different: arr(e.different).length, open: arr(e.open).length })}{i === 0 && arr(e.same).length > 0 && t('examples.nearest')}</span></summary>
          <p>{say(e.text)}</p>
          {line(t('examples.same'), e.same)}{line(t('examples.different'), e.different)}{line(t('examples.open'), e.open, 'openwords')}
        </details>
      ))}
      {examples.length > shown && <button type="button" className="plain small noprint" onClick={() => setShown(examples.length)}>{t('examples.more', { n: examples.length - shown })}</button>}
    </Card>
  );
}
