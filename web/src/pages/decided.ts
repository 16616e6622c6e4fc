import type { Answer, Determination } from '../api/types';
import { arr } from '../ui/kit';

/** Which determination governs a case, and which still waits for a signature. */
export function decided(list: Determination[] | null): { governing?: Determination; pending?: Determination } {
  const live = arr(list).filter((d) => !d.superseded);
  const governing = live.find((d) => d.status === 'confirmed' || d.status === 'overridden') ?? live.find((d) => d.status === 'provisional');
  const pending = live.find((d) => (d.status === 'proposed' || d.status === 'override_asked') && d.version > (governing?.version ?? 0));
  return { governing, pending };
}

/** Tells whether the law asks for the same report as was signed: then only what else has to be done is different now. An override is compared by the law's own answer. */
export function sameOutcome(d: Pick<Determination, 'result' | 'form' | 'term_days' | 'periodic' | 'first_report'>, answer: Pick<Answer, 'result' | 'governing'>): boolean {
  const g = answer.governing;
  return d.result === answer.result && d.form === (g?.form ?? '') && d.term_days === (g?.term_days ?? 0) && d.periodic === (g?.periodic ?? false) && d.first_report === (g?.first_report ?? false);
}
