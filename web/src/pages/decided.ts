import type { Determination } from '../api/types';
import { arr } from '../ui/kit';

/** Which determination governs a case, and which still waits for a signature. */
export function decided(list: Determination[] | null): { governing?: Determination; pending?: Determination } {
  const live = arr(list).filter((d) => !d.superseded);
  const governing = live.find((d) => d.status === 'confirmed' || d.status === 'overridden') ?? live.find((d) => d.status === 'provisional');
  const pending = live.find((d) => (d.status === 'proposed' || d.status === 'override_asked') && d.version > (governing?.version ?? 0));
  return { governing, pending };
}
