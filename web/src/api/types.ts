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
  | 'signed_in' | 'read' | 'register.edit' | 'feeds.import' | 'assess' | 'identities.confirm' | 'intake.record' | 'case.work'
  | 'case.determine' | 'determination.override' | 'values.set' | 'report.write' | 'report.check' | 'report.approve' | 'report.return' | 'ledger.read' | 'users.manage' | 'settings.manage';
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
export type ProductPage = With<S['ProductView'], { product: ProductRow; releases: ReleaseRow[]; obligations: TodayObligation[]; duty_steps: DutyStep[] }>;
export type Release = S['Release'];
export type ReleaseRow = S['ReleaseRow'];
export type Sbom = S['SBOM'];
export type Component = S['Component'];
export type Occurrence = S['Occurrence'];
export type ComponentPlace = S['ComponentPlace'];
export type ComponentPage = S['ComponentPage'];
export type ComponentView = S['ComponentView'];
export type TreeNode = S['TreeNode'];
export type TreeShape = S['TreeShape'];
export type TreePage = S['TreePage'];
export type TreeSearch = S['TreeSearch'];
export type SbomChanges = S['SBOMChanges'];
export type ComponentChange = S['ComponentChange'];
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
export type VulnerabilityRow = With<S['VulnerabilityRow'], { epss: Epss | null }>;
export type ChangesPage = S['ChangesView'];
export type VulnerabilityChange = S['VulnerabilityChange'];
export type VulnerabilityChangeDetail = S['VulnerabilityChangeView'];
export type ChangeCause = S['ChangeCause'];
export type AdvisoryView = With<S['AdvisoryView'], { ssvc: S['SSVCView'] | null; exploited: S['ExploitedView'] | null }>;
export type Epss = With<S['EPSS'], { before: S['EPSSBefore'] | null }>;
export type Disagreement = With<S['DisagreementView'], { kind: 'score' | 'range' | 'status' | 'withdrawn' | 'exploitation' }>;
export type Trust = 'unknown' | 'untrusted' | 'trusted';
export type Issuer = With<S['Issuer'], { trust: Trust }>;
export type Concern = With<S['Concern'], { decision: S['StatementDecision'] | null }>;
export type StatementView = With<S['StatementView'], { trust: Trust; status: Status; concerns: Concern[] }>;
export type TimelineKind =
  | 'published' | 'modified' | 'withdrawn' | 'imported' | 'changed' | 'gone' | 'kev' | 'ssvc' | 'epss' | 'statement' | 'superseded' | 'accepted' | 'declined'
  | 'first_finding' | 'assessed' | 'case';
export type TimelineEntry = With<S['TimelineEntry'], { kind: TimelineKind }>;
export type ReleaseSupport = S['ReleaseSupport'];
export type AffectedProduct = With<S['AffectedProduct'], { assessment: Assessment | null }>;
export type VulnerabilityPage = With<S['VulnerabilityView'], { vulnerability: VulnerabilityRow; advisories: AdvisoryView[]; disagreements: Disagreement[]; statements: StatementView[]; timeline: TimelineEntry[]; affected: AffectedProduct[] }>;
export type FindingRow = With<S['FindingRow'], { status: Status }>;
export type FindingPage = With<S['FindingView'], { finding: FindingRow; assessments: Assessment[] }>;

export type IntakeSource = 'hospital' | 'finder' | 'foreign_measure' | 'foreign_case' | 'authority' | 'literature' | 'supplier' | 'internal' | 'other';
export type Intake = With<S['IntakeRecord'], { source: IntakeSource }>;
export type IntakeRow = With<S['IntakeRow'], { source: IntakeSource; /** Of its triage: void when dismissed, "" when it has none. */ triage: '' | ObligationState }>;
export type IntakePage = With<S['IntakeView'], { intake: IntakeRow; product: Product | null }>;

export type Attachment = S['IntakeAttachment'];

export type Stage = 'determine' | 'report' | 'watch';
export type Result = 'report' | 'not_reportable' | 'undetermined';
export type CaseRow = With<S['CaseRow'], { stage: Stage }>;
export type Outcome = With<S['Outcome'], { result: Result }>;
export type DutyOutcome = S['DutyOutcome'];
export type FactView = With<S['FactView'], { state: 'known' | 'partial' | 'open'; outcomes: Outcome[] }>;
export type ProofLine = With<S['RuleProofLine'], { state: 'applies' | 'possible' | 'excluded'; confidence: Confidence }>;
export type Confidence = 'confirmed' | 'inferred' | 'recall';
export type Answer = With<S['AnswerView'], { result: Result; proof: ProofLine[]; grid: With<S['Grid'], { cells: Outcome[][] }> | null }>;
export type DeterminationStatus = 'provisional' | 'proposed' | 'confirmed' | 'override_asked' | 'overridden' | 'not_taken';
export type Override = With<S['Override'], { result: Result }>;
export type Signature = S['Signature'];
export type Determination = With<S['DeterminationView'], { result: Result; status: DeterminationStatus; override: Override | null }>;
export type Replay = With<S['Replay'], { outcome: 'same' | 'different' | 'other_rulebook' }>;
export type DeterminationPage = With<S['DeterminationPage'], { determination: Determination; case: CaseRow; product: ProductRow; replay: Replay }>;
export type ObligationKind = 'decision' | 'first_report' | 'report' | 'periodic_report' | 'triage' | 'duty' | 'report_followup';
export type ObligationState = 'open' | 'met' | 'void';
export type Obligation = With<S['Obligation'], { kind: ObligationKind; state: ObligationState }>;
export type ObligationRow = With<S['ObligationRow'], { kind: ObligationKind; state: ObligationState }>;
export type Urgency = 'late' | 'now' | 'soon' | 'ok' | 'open';
export type NextAction = 'first_report' | 'decide' | 'triage' | 'write' | 'review' | 'check' | 'approve' | 'submit' | 'next_issue' | 'numbers' | 'meet';
export type TodayObligation = With<S['Due'], { kind: ObligationKind; state: ObligationState; urgency: Urgency; next: NextAction; days_left: number | null }>;
export type DutyClock = S['RuleClock'];
export type Duty = With<S['DutyView'], { state: 'applies' | 'possible'; from: 'aware' | 'answered' | 'approval' | 'none' }>;
export type DutyStep = With<S['DutyStep'], { facts: FactView[]; duties: Duty[]; proof: ProofLine[] }>;
export type RulebookRef = S['RuleRef'];
export type Example = S['ExampleView'];
export type NoticeStep = With<S['RuleNoticeStep'], { proof: ProofLine[] }>;
export type CasePage = With<S['CaseView'], {
  case: CaseRow; product: ProductRow; intakes: IntakeRow[]; assessment: Assessment | null; facts: FactView[]; answer: Answer;
  determinations: Determination[]; obligations: TodayObligation[]; reports: ReportRow[];
  duty_steps: DutyStep[]; notice: NoticeStep | null;
}>;
export type WhatIf = With<S['Evaluation'], { facts: FactView[]; answer: Answer; duty_steps: DutyStep[]; notice: NoticeStep | null }>;
export type OpenValue = With<S['OpenValueView'], { kind: 'text' | 'lines' | 'number' | 'choice'; state: 'to_be_confirmed' | 'confirmed' }>;
export type Reading = S['ReadingView'];
export type LawRule = S['LawRule'];
export type LawView = S['LawView'];
export type CompanyDay = S['CompanyDay'];
export type MailState = S['MailState'];
export type Notification = With<S['NotificationView'], { obligation: TodayObligation }>;
export type NotificationList = With<S['NotificationsView'], { sources: SourceNotice[] | null; items: Notification[] }>;

export type SourceState = 'off' | 'good' | 'stale' | 'never' | 'red';
export type Suspicion = '' | 'empty' | 'shrunk' | 'rejected';
export type Feed = With<S['Feed'], { suspicion: Suspicion }>;
export type FeedView = With<S['FeedView'], { state: SourceState; suspicion: Suspicion }>;
export type SourceView = With<S['SourceView'], { state: SourceState; suspicion: Suspicion; feeds: FeedView[] | null }>;
export type SourceHealth = SourceView;
export type SourceList = With<S['SourceList'], { items: SourceView[] | null }>;
export type FeedOptions = S['FeedOptions'];
export type SourceNotice = With<S['SourceNotice'], { before: SourceState; after: SourceState }>;
export type CalendarDay = S['DayView'];
export type TodayPage = With<S['TodayView'], { obligations: TodayObligation[]; sources: SourceView[] | null; counts: Record<string, number> }>;

export type ReportState = 'draft' | 'returned' | 'in_review' | 'checked' | 'approved' | 'sent';
export type ReportKind = 'first' | 'additional' | 'withdrawal' | 'downgrade';
export type ReportRow = With<S['ReportRow'], { state: ReportState; issue_kind: '' | ReportKind; completion: '' | 'complete' | 'incomplete' }>;
export type ReportProblem = S['ReportProblem'];
export type ReportValue = S['ReportValue'];
export type ReportMark = S['ReportMark'];
export type Channel = 'fax' | 'pmda_electronic' | 'mail' | 'portal' | 'hand';
export type Submission = With<S['Submission'], { channel: Channel; state: 'sent' | 'acknowledged' | 'mismatch' }>;
export type ReportSignature = With<S['ReportSignature'], { meaning: 'made' | 'checked' | 'approved' }>;
export type ReportIssue = With<S['ReportIssue'], { kind: '' | ReportKind; completion: '' | 'complete' | 'incomplete'; submissions: Submission[]; signatures: ReportSignature[] }>;
/** What a person may do with a report; why tells of the rest. */
export type ReportAction = 'edit' | 'review' | 'check' | 'approve' | 'return' | 'send' | 'next' | 'agree';
export type ReportCan = With<S['ReportCan'], { [A in ReportAction]: boolean }>;
export type ReportView = With<S['ReportView'], {
  report: ReportRow; values: Record<string, ReportValue>; moved: Record<string, ReportValue>; sources: Record<string, Words>; issues: ReportIssue[]; next_kinds: ReportKind[]; can: ReportCan; due: Obligation[];
}>;
export type Exceedance = S['ReportExceedance'];
export type HospitalAgreement = S['HospitalAgreement'];
export type ReportDiff = S['ReportVersionDiff'];
export type Mark = 'C' | 'C2' | 'I' | 'R' | 'not_seen';
export type FieldType = 'group' | 'text' | 'longtext' | 'date' | 'partial_date' | 'code' | 'number' | 'table';
export type FormColumn = S['FormColumn'];
export type FormField = With<S['FormField'], { type: FieldType; mark: string; columns: FormColumn[] }>;
export type FormDefinition = With<S['FormView'], { fields: FormField[] }>;
export type FormEdition = S['FormEdition'];
export type TermListName = 'imdrf' | 'jfmda';
export type Term = With<S['TermRow'], { list: string }>;
export type TermList = With<S['TermList'], { list: string }>;
export type ImportedTerms = S['ImportedTerms'];

export type ImportState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export type ImportRun = With<S['ImportRun'], { kind: 'osv' | 'cve' | 'nvd' | 'csaf' | 'jvn' | 'kev' | 'vex' | 'epss' | 'eol'; state: ImportState; suspicion: Suspicion }>;
/** One event of an import; the stream is no part of the document. */
export type ImportProgress = { state: ImportState; done: number; total: number; records: number; bytes: number; phase: string; findings: number; error: string };

export type LedgerEntry = With<S['LedgerEntry'], { before?: unknown; after?: unknown }>;
export type Verification = S['Verification'];
export type Hit = S['Hit'];
