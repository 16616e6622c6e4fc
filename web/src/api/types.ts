// Shapes of the REST API, from the document that the server writes (npm run api), with closed sets of values
// named here. A field that the server renames or drops does not compile any more.
// Days are "2026-11-23" ("" when there is none), times RFC 3339 in UTC.
import type { components } from './schema';

type S = components['schemas'];
type With<Base, Closer extends { [K in keyof Closer]: K extends keyof Base ? unknown : never }> = Omit<Base, keyof Closer> & Closer;

export type Words = S['Words'];
export type Known = 'yes' | 'no' | 'unknown';
export type List<T> = { items: T[]; next: string; total: number };

export type Role = 'administrator' | 'product_security' | 'safety_officer' | 'approver' | 'viewer';
export type Permission =
  | 'signed_in' | 'read' | 'register.edit' | 'feeds.import' | 'assess' | 'intake.record' | 'case.work'
  | 'case.determine' | 'determination.override' | 'report.write' | 'report.approve' | 'ledger.read' | 'users.manage' | 'settings.manage';
export type User = With<S['User'], { roles: Role[]; lang: 'ja' | 'en' }>;
export type Session = With<S['SessionView'], { user: User | null; permissions: Permission[] }>;
export type SetupState = S['InvitationView'];
export type Holder = S['Holder'];

export type DeviceClass = 'I' | 'II' | 'III' | 'IV';
export type Link = 'wired' | 'wireless' | 'media' | 'none';
export type Route = 'approval' | 'certification' | 'notification';
type ProductValues = { class: DeviceClass; connectivity: Link[]; route: Route; designated: Known };
export type Product = With<S['Product'], ProductValues>;
export type ProductRow = With<S['ProductRow'], ProductValues>;
export type Release = S['Release'];
export type ReleaseRow = S['ReleaseRow'];
export type Sbom = S['SBOM'];
export type Component = S['Component'];
export type Occurrence = S['Occurrence'];
export type Site = S['Site'];
export type SiteRow = S['SiteRow'];
export type Installation = S['Installation'];
export type InstallationRow = S['InstallationRow'];

export type Status = 'under_investigation' | 'affected' | 'not_affected' | 'fixed';
export type Harm = 'death' | 'serious' | 'non_serious' | 'none' | 'unknown';
export type Assessment = With<S['Assessment'], {
  status: Status; harm: Harm; present: Known; used: Known; function_affected: Known; exploited: Known; controls_suffice: Known; confidential_only: Known;
}>;
export type Vulnerability = S['Vulnerability'];
export type VulnerabilityRow = S['VulnerabilityRow'];
export type AdvisoryView = S['AdvisoryView'];
export type AffectedProduct = With<S['AffectedProduct'], { assessment: Assessment | null }>;
export type VulnerabilityPage = With<S['VulnerabilityView'], { affected: AffectedProduct[] }>;
export type FindingRow = With<S['FindingRow'], { status: Status }>;
export type FindingPage = With<S['FindingView'], { finding: FindingRow; assessments: Assessment[] }>;

export type IntakeSource = 'hospital' | 'finder' | 'foreign_measure' | 'foreign_case' | 'authority' | 'literature' | 'supplier' | 'internal' | 'other';
export type Intake = With<S['IntakeRecord'], { source: IntakeSource }>;
export type IntakeRow = With<S['IntakeRow'], { source: IntakeSource }> & { /** Of its triage: open; met when a case was opened; void when dismissed; "" when it has none. */ triage?: '' | 'open' | 'met' | 'void' };

export type Attachment = S['IntakeAttachment'];

export type Stage = 'determine' | 'report' | 'watch';
export type Result = 'report' | 'not_reportable' | 'undetermined';
export type CaseRow = With<S['CaseRow'], { stage: Stage }>;
export type Outcome = With<S['Outcome'], { result: Result }>;
export type DutyOutcome = { value: string; certain: string[] | null; possible: string[] | null; named_person: boolean };
export type FactView = With<S['FactView'], { state: 'known' | 'partial' | 'open'; outcomes: Outcome[] | null }> & { duty_outcomes?: DutyOutcome[] | null };
export type ProofLine = With<S['RuleProofLine'], { state: 'applies' | 'possible' | 'excluded'; confidence: Confidence }> & { rulebook?: string };
export type Confidence = 'confirmed' | 'inferred' | 'recall';
export type Answer = With<S['AnswerView'], { result: Result; proof: ProofLine[]; grid: With<S['Grid'], { cells: Outcome[][] }> | null }>;
export type DeterminationStatus = 'provisional' | 'proposed' | 'confirmed' | 'override_asked' | 'overridden' | 'not_taken';
export type Override = { result: Result; form: string; due_on: string; first_report: boolean; reason: string };
export type Signature = { id: string; kind: string; subject: string; digest: string; meaning: string; user_id: string; name: string; at: string };
export type Refusal = { by: string; at: string; reason: string };
export type Determination = Omit<S['Determination'], 'confirmed_by' | 'confirmed_at' | 'confirmed_by_id' | 'result'> & {
  result: Result; status: DeterminationStatus; override: Override | null; laxer: boolean; signatures: Signature[] | null; refused: Refusal | null; made_by: string; made_by_id: string; made_at: string; aware_on: string;
};
export type ClockChange = { id: string; obligation_id: string; from_aware_on: string; from_due_on: string; to_aware_on: string; to_due_on: string; reason: string; by: string; at: string };
export type ObligationKind = 'decision' | 'first_report' | 'report' | 'periodic_report' | 'triage' | 'duty';
export type ObligationState = 'open' | 'met' | 'void';
type Clocked = { intake_id: string; product_id: string; duty: string; rule: string; period_from: string; period_to: string; late_reason: string };
export type Obligation = With<S['Obligation'], { kind: ObligationKind; state: ObligationState }> & Clocked;
export type Urgency = 'late' | 'now' | 'soon' | 'ok' | 'open';
export type NextAction = 'first_report' | 'decide' | 'write' | 'review' | 'approve' | 'submit' | 'triage' | 'meet';
export type TodayObligation = With<S['Due'], { kind: ObligationKind; state: ObligationState; urgency: Urgency; next: NextAction; days_left: number | null }> & Clocked & {
  label: Words | null; to: Words | null; changes: ClockChange[] | null; last_company_day: string; coming: boolean;
};
export type DutyClock = { promptly: boolean; days: number; months: number; yearly_within_months: number; continuing: boolean };
export type Duty = { id: string; label: Words; to: Words; value: string; clock: DutyClock; from: 'aware' | 'answered' | 'approval' | 'none'; form: string; state: 'applies' | 'possible'; rules: string[] | null };
export type DutyStep = { rulebook: RulebookRef; title: Words; facts: FactView[] | null; next: string; named_person: boolean; duties: Duty[] | null; proof: ProofLine[] | null };
export type RulebookRef = { id: string; version: string; digest: string };
export type Example = { id: string; text: Words; citation: Words; same: Words[] | null; different: Words[] | null; open: Words[] | null };
export type Conclusion = { fact: string; possible: string[] | null; open: boolean; rules: ProofLine[] | null };
export type NoticeStep = { subject: string; rulebook: RulebookRef; facts: Conclusion[] | null; proof: ProofLine[] | null };
export type CasePage = With<S['CaseView'], {
  case: CaseRow; product: ProductRow; intakes: IntakeRow[]; assessment: Assessment | null; facts: FactView[]; answer: Answer;
  determinations: Determination[]; obligations: TodayObligation[]; reports: ReportRow[];
}> & { duty_steps: DutyStep[] | null; examples: Example[] | null; notice: NoticeStep | null };
export type WhatIf = { facts: FactView[]; answer: Answer; duty_steps?: DutyStep[] | null };
export type OpenValue = {
  id: string; label: Words; help: Words; kind: 'text' | 'lines' | 'number' | 'choice'; choices?: { id: string; label: Words }[] | null; value: string; state: 'to_be_confirmed' | 'confirmed';
  source: string; mark: string; used_in: string[] | null; by: string; on: string;
};
export type Reading = { id: string; title: Words; status: string; sections: { heading: Words; body: Words }[] | null; rules: string[] | null };
export type LawRule = { id: string; title: Words; citation: Words; quote: string; in_force: { from?: string; until?: string }; confidence: Confidence; reading?: string; note?: Words | null };
export type LawBook = { id: string; version: string; digest: string; title: Words; company: boolean; extends?: string; instrument?: { title: string } | null; rules: LawRule[] | null };
export type Replay = {
  outcome: 'same' | 'different' | 'other_rulebook'; intact: boolean; present_law: RulebookRef[] | null; differences: { what: string; recorded: string; present: string }[] | null;
};
export type DeterminationPage = { determination: Determination & { record: unknown }; signatures: Signature[] | null; case: CaseRow; product: ProductRow; replay: Replay; readings: string[] | null };
export type MailState = { configured: boolean; last_good_at: string; failed_since: string; problem: string };
export type Notification = { id: string; obligation_id: string; step: string; created_at: string; mailed_at: string; read_at: string; obligation: TodayObligation };
export type NotificationList = List<Notification> & { unread: number; mail: MailState };

export type SourceHealth = S['SourceView'];
export type CalendarDay = S['DayView'] & { company?: string };
export type TodayPage = With<S['TodayView'], { obligations: TodayObligation[]; counts: Record<string, number> }>;

export type ReportState = 'draft' | 'returned' | 'in_review' | 'approved';
export type ReportRow = With<S['ReportRow'], { state: ReportState }>;
export type ReportProblem = S['ReportProblem'];
export type ReportView = With<S['ReportView'], { report: ReportRow; values: Record<string, S['ReportValue']> }>;
export type FieldType = 'group' | 'text' | 'longtext' | 'date' | 'partial_date' | 'code' | 'number';
export type FormField = With<S['FormField'], { type: FieldType }>;
export type FormDefinition = With<S['FormView'], { fields: FormField[] }>;

export type ImportState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export type ImportRun = With<S['ImportRun'], { kind: 'osv' | 'csaf' | 'kev'; state: ImportState }>;
/** One event of an import; the stream is no part of the document. */
export type ImportProgress = { state: ImportState; done: number; total: number; records: number; phase: string; findings: number; error: string };

export type LedgerEntry = With<S['LedgerEntry'], { before?: unknown; after?: unknown }>;
export type Verification = S['Verification'];
export type Hit = S['Hit'];
