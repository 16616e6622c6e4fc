// Shapes of the REST API. Days are "2026-11-23" ("" when there is none), times RFC 3339 in UTC.

export type Day = string;
export type Time = string;
export type Words = { ja: string; en: string };
export type Known = 'yes' | 'no' | 'unknown';
export type List<T> = { items: T[]; next: string; total: number };

export type Role = 'administrator' | 'product_security' | 'safety_officer' | 'approver' | 'viewer';
export type Permission =
  | 'signed_in' | 'read' | 'register.edit' | 'feeds.import' | 'assess' | 'intake.record' | 'case.work'
  | 'case.determine' | 'report.write' | 'report.approve' | 'ledger.read' | 'users.manage' | 'settings.manage';

export type User = { id: string; email: string; name: string; roles: Role[]; lang: 'ja' | 'en'; disabled: boolean; revision: number; created_at: Time; updated_at: Time };
export type Session = {
  user: User | null; permissions: Permission[]; today: Day;
  today_name: { holiday: Words | null; closed: boolean };
  version: string; demo: boolean; setup_needed: boolean;
};
export type SetupState = { valid: boolean; email: string; name: string; first: boolean };

export type DeviceClass = 'I' | 'II' | 'III' | 'IV';
export type Link = 'wired' | 'wireless' | 'media' | 'none';
export type Route = 'approval' | 'certification' | 'notification';
export type Product = {
  id: string; brand_name: string; generic_name: string; jmdn_code: string; route: Route; licence_number: string; licensed_on: Day;
  class: DeviceClass; connectivity: Link[]; samd: boolean; eol_on: Day; eos_on: Day; designated: Known;
  indication: string; site_of_use: string; note: string; revision: number; created_at: Time; updated_at: Time;
};
export type ProductRow = Product & { releases: number; sites: number; units: number; open_findings: number; open_cases: number };
export type Release = {
  id: string; product_id: string; version: string; released_on: Day; eos_on: Day; note: string; sbom_id: string;
  revision: number; created_at: Time; updated_at: Time;
};
export type Problem = { where: string; message: string };
export type Sbom = {
  id: string; release_id: string; file_name: string; sha256: string; bytes: number; format: string; spec_version: string;
  components: number; with_purl: number; with_cpe: number; unmatchable: number; problems: Problem[]; uploaded_by: string; uploaded_at: Time;
};
export type ReleaseRow = Release & { brand_name: string; sbom: Sbom | null; sites: number; units: number; open_findings: number };
export type Component = { id: string; type: string; group: string; name: string; version: string; supplier: string; purl: string; cpe: string; keys: string[] };
export type Occurrence = { component: Component; ref: string; parent: string };
export type Site = {
  id: string; name: string; prefecture: string; contact: string; email: string; phone: string; note: string;
  revision: number; created_at: Time; updated_at: Time;
};
export type SiteRow = Site & { installations: number; units: number; products: number };
export type Installation = {
  id: string; site_id: string; release_id: string; units: number; serials: string; installed_on: Day; note: string;
  revision: number; created_at: Time; updated_at: Time;
};
export type InstallationRow = Installation & { site_name: string; product_id: string; brand_name: string; version: string };

export type Vulnerability = { id: string; name: string; aliases: string[]; title: string; severity: string; kev: boolean; modified_at: Time };
export type VulnerabilityRow = Vulnerability & { advisories: number; open_findings: number; products: number; sites: number };
export type AdvisoryView = {
  source: string; record_id: string; part: string; title: string; summary: string; severity: string;
  published_at: Time; modified_at: Time; withdrawn_at: Time; affected: string[];
  severities: { type: string; vector: string; score: number }[]; references: string[];
};
export type KevEntry = { cve: string; added_on: Day; name: string; action: string; due_on: Day; ransomware: string };
export type AffectedProduct = {
  product_id: string; brand_name: string;
  releases: { id: string; version: string; findings: number; sites: number; units: number }[];
  assessment: Assessment | null;
};
export type VulnerabilityPage = {
  vulnerability: VulnerabilityRow; advisories: AdvisoryView[]; kev: KevEntry | null; affected: AffectedProduct[];
  sites: { id: string; name: string; prefecture: string; units: number }[];
};
export type Status = 'under_investigation' | 'affected' | 'not_affected' | 'fixed';
export type Harm = 'death' | 'serious' | 'non_serious' | 'none' | 'unknown';
export type Assessment = {
  id: string; product_id: string; vulnerability_id: string; status: Status; justification: string; statement: string;
  present: Known; used: Known; function_affected: Known; exploited: Known; harm: Harm; controls: string;
  controls_suffice: Known; confidential_only: Known; made_by: string; made_at: Time; superseded: boolean;
};
export type Match = { component_id: string; advisory_id: string; source: string; record_id: string; class: string; text: string; evidence: unknown };
export type FindingRow = {
  id: string; release_id: string; version: string; product_id: string; brand_name: string; component: Component;
  vulnerability_id: string; vulnerability: string; title: string; severity: string; kev: boolean; class: string; state: string;
  first_seen_at: Time; closed_at: Time; assessment_id: string; status: Status; sites: number; units: number;
};
export type FindingPage = { finding: FindingRow; evidence: Match[]; assessments: Assessment[]; sites: InstallationRow[] };

export type IntakeSource = 'hospital' | 'finder' | 'foreign_measure' | 'foreign_case' | 'authority' | 'literature' | 'supplier' | 'internal' | 'other';
export type Intake = {
  id: string; number: string; source: IntakeSource; from: string; aware_on: Day; occurred_on: Day; title: string; text: string;
  product_id: string; release_id: string; site_id: string; vulnerability_id: string; recorded_by: string; recorded_at: Time;
};
export type IntakeRow = Intake & { brand_name: string; site_name: string; case_id: string; case_number: string };

export type Stage = 'assess' | 'determine' | 'report' | 'watch';
export type CaseRow = {
  id: string; number: string; title: string; product_id: string; release_id: string; vulnerability_id: string; intake_ids: string[];
  assessment_id: string; aware_on: Day; stage: Stage; revision: number; opened_by: string; created_at: Time; updated_at: Time;
  brand_name: string; version: string; vulnerability: string; result: string; due_on: Day;
};
export type Outcome = { value: string; result: Result; form: string; term_days: number | null; periodic: boolean; due: Day; first_report: boolean };
export type FactView = {
  name: string; label: Words; question: Words; hint: Words; values: { value: string; label: Words; help: Words }[]; possible: string[];
  state: 'known' | 'partial' | 'open'; evidence: string; by: string; at: Time;
  suggested: { possible: string[]; why: Words } | null; decisive: boolean; relevant: boolean; outcomes: Outcome[];
};
export type Result = 'report' | 'not_reportable' | 'undetermined';
export type Governing = { form: string; term_days: number | null; periodic: boolean; due: Day; last_office_day: Day; first_report: boolean; named_person: boolean; items: string[] };
export type GridCell = { result: Result; form: string; term_days: number | null; periodic: boolean; due: Day; first_report: boolean };
export type ProofLine = {
  rule: string; citation: Words; quote: string; state: 'applies' | 'possible' | 'excluded'; reason: Words; confidence: string; reading: string;
};
export type Answer = {
  result: Result; governing: Governing | null; certain: string[]; possible: string[]; ask_next: string; worlds: number; open_count: number;
  grid: { rows_fact: string; cols_fact: string; rows: string[]; cols: string[]; cells: GridCell[][] } | null;
  proof: ProofLine[]; rulebook: { id: string; version: string; digest: string }; digest: string;
};
export type Determination = {
  id: string; case_id: string; version: number; aware_on: Day; result: Result; form: string; term_days: number; periodic: boolean; due_on: Day;
  first_report: boolean; items: string[]; digest: string; comment: string; confirmed_by: string; confirmed_at: Time; superseded: boolean;
};
export type ObligationKind = 'decision' | 'first_report' | 'report' | 'periodic_report';
export type Obligation = {
  id: string; case_id: string; determination_id: string; kind: ObligationKind; form: string; items: string[]; aware_on: Day; due_on: Day;
  last_office_day: Day; target_at: Time; state: 'open' | 'met' | 'void'; met_on: Day; proof: string; revision: number; created_at: Time; updated_at: Time;
};
export type ObligationRow = Obligation & { case_number: string; case_title: string; product_id: string; brand_name: string; report_id: string; report_state: string };
export type Urgency = 'late' | 'now' | 'soon' | 'ok' | 'open';
export type NextAction = 'first_report' | 'decide' | 'write' | 'review' | 'approve' | 'submit';
export type TodayObligation = ObligationRow & { days_left: number | null; urgency: Urgency; next: NextAction };
export type CasePage = {
  case: CaseRow; product: ProductRow; release: Release | null; intakes: IntakeRow[]; assessment: Assessment | null;
  vulnerability: Vulnerability | null; facts: FactView[]; answer: Answer; determinations: Determination[]; moved: boolean;
  obligations: TodayObligation[]; reports: ReportRow[];
};

export type SourceHealth = {
  name: string; records: number; last_run_id: string; last_good_at: Time; newest_at: Time; last_error: string; alarm_after_h: number;
  age_h: number; stale: boolean;
};
export type CalendarDay = { date: Day; closed: boolean; holiday: Words | null };
export type Change = { at: Time; kind: string; text: Words; link: string };
export type TodayPage = {
  date: Day; obligations: TodayObligation[]; open: number; strip: CalendarDay[]; changes: Change[]; sources: SourceHealth[];
  counts: Record<string, number>; eos: { product_id: string; brand_name: string; eos_on: Day; days: number }[];
};

export type ReportState = 'draft' | 'returned' | 'in_review' | 'approved';
export type ReportSummary = {
  id: string; number: string; case_id: string; obligation_id: string; product_id: string; form: string; edition: string; state: ReportState;
  version: number; maker: string; revision: number; created_at: Time; updated_at: Time;
};
export type ReportRow = ReportSummary & { case_number: string; case_title: string; brand_name: string; due_on: Day };
export type ReportValue = { text: string; source: string; ref: string; by: string; at: Time };
export type ReportProblem = { field: string; rule: string; ja: string; en: string };
export type Signature = { by: string; at: Time; reason: string; digest: string };
export type ReportView = {
  report: ReportRow; values: Record<string, ReportValue>; problems: ReportProblem[];
  versions: { version: number; by: string; at: Time; digest: string }[]; digest: string;
  approval: Signature | null; returned: Signature | null; can: { edit: boolean; review: boolean; approve: boolean; return: boolean };
};
export type FormField = {
  number: string; key: string; group: string; type: 'group' | 'text' | 'longtext' | 'date' | 'partial_date' | 'code' | 'number';
  codes: string; label: Words; help: Words; unit: string; also: string[]; mark: string; required: boolean; max_length: number | null;
};
export type FormDefinition = {
  id: string; edition: string; heading: string; title: Words; source: { document: string; url: string; mark: string };
  sections: { number: string; label: Words }[]; codes: Record<string, { code: string; label: Words }[]>; fields: FormField[];
};
export type Holder = { name: string; address: string; representative: string; contact_name: string; department: string; telephone: string; email: string; addressee: string };

export type ImportState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export type ImportRun = {
  id: string; kind: 'osv' | 'csaf' | 'kev'; name: string; sha256: string; bytes: number; state: ImportState; records: number; changed: number;
  rejected: number; problems: Problem[]; findings: number; error: string; by: string; revision: number;
  created_at: Time; updated_at: Time; finished_at: Time;
};
export type ImportProgress = { state: ImportState; done: number; total: number; records: number; phase: string; findings: number; error: string };

export type LedgerEntry = {
  seq: number; at: Time; actor: { id: string; name: string; via: string }; action: string;
  subject: { kind: string; id: string; name: string }; parents?: { kind: string; id: string; name: string }[];
  before?: unknown; after?: unknown; reason?: string;
};
export type Verification = { ok: boolean; entries: number; checked_checkpoints: number; first_bad: { seq: number; why: string } | null; millis: number };
export type Hit = { kind: string; id: string; title: string; note: string };
