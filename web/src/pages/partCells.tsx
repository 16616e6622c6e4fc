import type { ComponentPlace } from '../api/types';
import { useI18n } from '../i18n';
import { Tag } from '../ui/kit';

/** The priority from which on a vulnerability is known to be exploited. */
const exploited = 10;

/** What is open against a component. */
export function FindingMark({ place, below = false }: { place: ComponentPlace | null; below?: boolean }) {
  const { t } = useI18n();
  return (
    <>
      {place && place.findings > 0 && <Tag tone="strong">{t('parts.findings.n', { n: place.findings })}{place.priority >= exploited && ` ${t('parts.findings.kev')}`}</Tag>}
      {below && <span className="small sub nowrap">{t('parts.findings.below')}</span>}
    </>
  );
}

/** By what a component can be found, or that it cannot. */
export function Identifier({ place }: { place: ComponentPlace }) {
  const { t } = useI18n();
  const c = place.component;
  return c.purl || c.cpe ? <code>{c.purl || c.cpe}</code> : <Tag tone="open">{t('components.nomatch')}</Tag>;
}

/** The version after a name; names of images often end in theirs. */
export function versionBeside(place: ComponentPlace): string {
  const { name, version } = place.component;
  return version && !name.endsWith(version) ? ` ${version}` : '';
}

export function PartName({ place }: { place: ComponentPlace }) {
  const c = place.component;
  return <>{c.group && <span className="sub">{c.group} / </span>}{c.name || '—'}</>;
}
