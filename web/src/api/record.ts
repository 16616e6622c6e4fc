// The record of a determination as it was signed: format 2 joins the whole law, format 1 had one rulebook.
// It is kept for ever, so its shape stands here and not in the document of the API.
import type { DutyClock, ProofLine, Result, RulebookRef, Words } from './types';

export type RecordedFact = { values: string[] | null; evidence?: string; by?: string; at?: string };
export type RecordedDuty = { duty: { id: string; label: Words; to: Words; clock: DutyClock; form: string }; state: 'applies' | 'possible'; rules: string[] | null };
export type DeterminationRecord = {
  format?: number;
  law?: RulebookRef[] | null;
  rulebook?: RulebookRef;
  aware: string;
  notice?: { subject: string; rulebook: RulebookRef; situation: Record<string, RecordedFact> | null; facts: { fact: string; possible: string[] | null; open: boolean }[] | null; proof: ProofLine[] | null } | null;
  situation: Record<string, RecordedFact> | null;
  answer: { result: Result; proof: ProofLine[] | null; worlds: number; rulebook: RulebookRef };
  duties?: { rulebook: RulebookRef; title: Words; duties: RecordedDuty[] | null; proof: ProofLine[] | null; named_person: boolean }[] | null;
};
