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
  | 'case.determine' | 'report.write' | 'report.approve' | 'ledger.read' | 'users.manage' | 'settings.manage';
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
export type IntakeRow = With<S['IntakeRow'], { source: IntakeSource }>;

export type Attachment = S['IntakeAttachment'];

export type Stage = 'determine' | 'report' | 'watch';
export type Result = 'report' | 'not_reportable' | 'undetermined';
export type CaseRow = With<S['CaseRow'], { stage: Stage }>;
export type Outcome = With<S['Outcome'], { result: Result }>;
export type FactView = With<S['FactView'], { state: 'known' | 'partial' | 'open'; outcomes: Outcome[] }>;
export type ProofLine = With<S['RuleProofLine'], { state: 'applies' | 'possible' | 'excluded' }>;
export type Answer = With<S['AnswerView'], { result: Result; proof: ProofLine[]; grid: With<S['Grid'], { cells: Outcome[][] }> | null }>;
export type Determination = With<S['Determination'], { result: Result }>;
export type ObligationKind = 'decision' | 'first_report' | 'report' | 'periodic_report';
export type Obligation = With<S['Obligation'], { kind: ObligationKind; state: 'open' | 'met' | 'void' }>;
export type Urgency = 'late' | 'now' | 'soon' | 'ok' | 'open';
export type NextAction = 'first_report' | 'decide' | 'write' | 'review' | 'approve' | 'submit';
export type TodayObligation = With<S['Due'], { kind: ObligationKind; state: 'open' | 'met' | 'void'; urgency: Urgency; next: NextAction; days_left: number | null }>;
export type CasePage = With<S['CaseView'], {
  case: CaseRow; product: ProductRow; intakes: IntakeRow[]; assessment: Assessment | null; facts: FactView[]; answer: Answer;
  determinations: Determination[]; obligations: TodayObligation[]; reports: ReportRow[];
}>;

export type SourceHealth = S['SourceView'];
export type CalendarDay = S['DayView'];
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
