import type { SourceState } from '../api/types';
import { useI18n } from '../i18n';

const tones: Record<SourceState, { mark: string; tone: string }> = {
  good: { mark: '●', tone: 'var(--mimamori-ok)' },
  stale: { mark: '▲', tone: 'var(--mimamori-soon)' },
  never: { mark: '○', tone: 'var(--mimamori-open)' },
  red: { mark: '■', tone: 'var(--mimamori-late)' },
  off: { mark: '―', tone: 'var(--mantine-color-dimmed)' },
};

/** The state of a source or feed in words, with its mark. */
export function StateWord({ state }: { state: SourceState }) {
  const { name } = useI18n();
  return <b className="nowrap" style={{ color: tones[state].tone }}><span aria-hidden="true">{tones[state].mark} </span>{name('source.state', state)}</b>;
}
