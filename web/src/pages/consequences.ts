import type { Assessment } from '../api/types';

/** The five consequences of exploitation that the CS notice 3(2) names, in its order. */
export const consequences = ['settings_changed', 'care_changed', 'data_lost', 'misoperation', 'spread'] as const;
export type Consequence = (typeof consequences)[number];

/** The five kinds of malfunction (不具合) of the CS notice 3(1), in its order. */
export const malfunctions = ['specification', 'defective', 'failure', 'insufficient_insert', 'adverse_event'];

/** The answer to each of the five. An older assessment told only whether nothing but data can leak. */
export function expected(a: Assessment | null): Record<Consequence, string> {
  const answers = consequences.map((c) => {
    const known = a?.consequences[c] || 'unknown';
    return [c, known === 'unknown' && a?.confidential_only === 'yes' ? (c === 'data_lost' ? 'yes' : 'no') : known];
  });
  return Object.fromEntries(answers) as Record<Consequence, string>;
}

/** Only data can be lost or disclosed; the four others were ruled out. */
export const leakOnly = (answers: Record<Consequence, string>) => consequences.every((c) => answers[c] === (c === 'data_lost' ? 'yes' : 'no'));
