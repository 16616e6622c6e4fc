// Checks of the dictionary and of the small functions that write days and clauses. No test library: plain
// assertions, so that it runs wherever the page is built.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runnerImport } from 'vite';

const src = join(import.meta.dirname, '../src');
const load = async (path) => (await runnerImport(join(src, path))).module;
const { words, terms, parts, ownWords } = await load('i18n/words.ts');
const { translate } = await load('i18n/index.tsx');
const dates = await load('lib/dates.ts');
const { citation } = await load('lib/citation.ts');
const sources = readdirSync(src, { recursive: true }).filter((f) => /\.tsx?$/.test(f) && !/i18n[\\/](?!index)/.test(f)).map((f) => [f, readFileSync(join(src, f), 'utf8')]);

test('every text stands in both languages', () => {
  for (const [key, entry] of Object.entries(words)) {
    for (const lang of ['ja', 'en']) assert.ok(typeof entry[lang] === 'string' && (entry[lang].trim() !== '' || ['gap', 'sep'].includes(key)), `${key} has no ${lang} text`);
    assert.ok(!/[\u3040-\u30ff\u4e00-\u9fff]/.test(entry.en), `${key}: the English text has Japanese characters: ${entry.en}`);
  }
});

test('both languages have the same places for values', () => {
  const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const [key, entry] of Object.entries(words)) {
    assert.deepEqual([...new Set(places(entry.ja))], [...new Set(places(entry.en))], key);
  }
});

test('no exclamation marks', () => {
  for (const [key, entry] of Object.entries(words)) assert.ok(!/[!！]/.test(entry.ja + entry.en), key);
});

test('a key is defined once', () => {
  const seen = new Set(Object.keys(terms));
  for (const [file, part] of Object.entries(parts)) {
    for (const key of Object.keys(part)) {
      assert.ok(!seen.has(key), `${key} in ${file} is defined elsewhere too`);
      seen.add(key);
    }
  }
});

test('every key that a page asks for exists', () => {
  for (const [file, text] of sources) {
    for (const m of text.matchAll(/\bt\('([^']+)'/g)) assert.ok(m[1] in words, `${file} asks for ${m[1]}`);
    for (const m of text.matchAll(/\bname\('([^']+)', '([^']+)'\)/g)) assert.ok(`${m[1]}.${m[2]}` in words, `${file} asks for ${m[1]}.${m[2]}`);
  }
});

test('every text of the pages is used', () => {
  const all = sources.map(([, text]) => text).join('\n');
  const prefixes = [...new Set([...all.matchAll(/\bname\(\s*'([^']+)'/g)].map((m) => m[1]).concat([...all.matchAll(/\bt\(`([^`$]+)\.\$\{/g)].map((m) => m[1])))];
  for (const key of Object.keys(ownWords)) {
    assert.ok(all.includes(`'${key}'`) || prefixes.some((p) => key.startsWith(`${p}.`)), `${key} is not used by any page`);
  }
});

test('one thing has its own English text', () => {
  assert.equal(translate('en', 'days.left', { n: 1 }), '1 day');
  assert.equal(translate('en', 'days.left', { n: 2 }), '2 days');
  assert.equal(translate('ja', 'days.left', { n: 1 }), '1 日');
  assert.equal(translate('en', 'list.total', { n: 100000 }), '100,000 in all');
});

test('days are written as people write them', () => {
  assert.equal(dates.formatDay('2026-11-23', 'ja', '2026-11-20'), '11月23日（月）');
  assert.equal(dates.formatDay('2026-11-23', 'ja', '2025-11-20'), '2026年11月23日（月）');
  assert.equal(dates.formatDay('2026-11-23', 'ja', '', true), '2026年11月23日（月・祝）');
  assert.equal(dates.formatDay('2026-11-23', 'en', '2026-01-01'), 'Mon 23 Nov');
  assert.equal(dates.formatDay('2026-11-23', 'en', '2027-01-01'), 'Mon 23 Nov 2026');
  for (const none of ['', '0001-01-01', '2026-02-30', '2026-13-01', 'x']) assert.equal(dates.formatDay(none, 'ja', '2026-01-01'), '');
});

test('days between days do not depend on the clock', () => {
  assert.equal(dates.daysBetween('2026-11-23', '2026-12-08'), 15);
  assert.equal(dates.daysBetween('2028-02-28', '2028-03-01'), 2);
  assert.equal(dates.daysBetween('2026-12-08', '2026-11-23'), -15);
  assert.ok(Number.isNaN(dates.daysBetween('', '2026-11-23')));
});

test('times are those of Tokyo', () => {
  assert.equal(dates.formatTime('2026-11-22T15:05:00Z', 'ja', '2026-01-01'), '11月23日（月） 00:05');
  assert.equal(dates.formatTime('2026-12-31T15:00:00Z', 'en', '2026-01-01'), 'Fri 1 Jan 2027, 00:00');
  assert.equal(dates.formatTime('0001-01-01T00:00:00Z', 'ja', '2026-01-01'), '');
});

test('instants of the audit trail have seconds and a zone', () => {
  assert.equal(dates.formatClock('2026-11-22T15:05:09Z', 'ja'), '2026年11月23日（月） 00:05:09 JST');
  assert.equal(dates.formatClock('0001-01-01T00:00:00Z', 'en'), '');
});

test('clauses are written in full', () => {
  assert.equal(citation('R228-20(2)-1-ha', 'ja'), '規則228条の20第2項1号ハ');
  assert.equal(citation('jp-reg/228-20(2)-2-ro', 'ja'), '規則228条の20第2項2号ロ');
  assert.equal(citation('R228-20(2)-3-ro', 'en'), 'Reg. 228-20(2) item 3-ro');
  assert.equal(citation('something else', 'ja'), 'something else');
});

test('every reason of the matcher stands in both languages', async () => {
  const { matchReason } = await load('pages/matchReason.ts');
  const folder = join(import.meta.dirname, '../../internal/match');
  const code = readdirSync(folder).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go')).map((f) => readFileSync(join(folder, f), 'utf8')).join('\n');
  // A text of an error is no reason of a match; the server has it in both languages.
  const given = [...code.replace(/fault\.\w+\(.*/g, '').matchAll(/"((?:the|a|only one) [a-z][^"]*)"/gi)].map((m) => m[1]).filter((text) => !/^the (same file|listed versions)/.test(text));
  assert.ok(given.length >= 12, 'the reasons are found in the source');
  for (const text of given) {
    const whole = [text, `${text}x`, `${text}"1.2" cannot be compared`];
    assert.ok(whole.some((w) => matchReason(w) !== null), `no translation for: ${text}`);
  }
});

test('a decision that asks for less than the law is named', async () => {
  const { laxer } = await load('pages/laxer.ts');
  const law = { result: 'report', due: '2026-12-08', periodic: false, first_report: true };
  const instead = { result: 'report', due_on: '2026-12-08', first_report: true };
  assert.deepEqual(laxer(law, instead), []);
  assert.deepEqual(laxer(law, { ...instead, due_on: '2026-12-01' }), [], 'an earlier day is stricter');
  assert.deepEqual(laxer(law, { ...instead, due_on: '2026-12-09' }), ['later']);
  assert.deepEqual(laxer(law, { ...instead, first_report: false }), ['first']);
  assert.deepEqual(laxer(law, { result: 'not_reportable', due_on: '', first_report: false }), ['none', 'first']);
  assert.deepEqual(laxer({ ...law, result: 'not_reportable', due: '', first_report: false }, instead), [], 'more than the law asks');
  assert.deepEqual(laxer({ ...law, due: '2026-11-30', periodic: true, first_report: false }, { ...instead, first_report: false }), [], 'a periodic report has no day of its own in a determination');
});

test('what a person did not sign never governs', async () => {
  const { decided } = await load('pages/decided.ts');
  const d = (version, status, superseded = false) => ({ version, status, superseded });
  const seen = (list) => { const { governing, pending } = decided(list); return [governing?.version, pending?.version]; };
  assert.deepEqual(seen(null), [undefined, undefined]);
  assert.deepEqual(seen([d(1, 'provisional')]), [1, undefined]);
  assert.deepEqual(seen([d(2, 'proposed'), d(1, 'provisional')]), [1, 2]);
  assert.deepEqual(seen([d(3, 'confirmed'), d(2, 'proposed'), d(1, 'provisional', true)]), [3, undefined], 'an older proposal waits no more');
  assert.deepEqual(seen([d(4, 'override_asked'), d(3, 'confirmed')]), [3, 4]);
  assert.deepEqual(seen([d(5, 'not_taken'), d(4, 'overridden'), d(3, 'confirmed', true)]), [4, undefined]);
});

test('the worklist keeps the order of the server, folds what does not press, and keeps the duties of a case together', async () => {
  const { workRows } = await load('pages/todayRows.ts');
  const o = (id, kind, case_id, days_left, urgency, coming = false) => ({ id, kind, case_id, days_left, urgency, coming });
  const shape = (list) => { const { rows, later, coming } = workRows(list); const ids = (r) => r.map((x) => [x.o.id, ...x.beside.map((b) => b.id)].join('+')); return [ids(rows), ids(later), coming.map((c) => c.id)]; };
  const list = [
    o('f', 'first_report', 'B', null, 'now'), o('d1', 'duty', 'A', null, 'ok'), o('d2', 'duty', 'A', null, 'ok'), o('soon', 'report', 'A', 2, 'now'), o('d3', 'duty', 'B', null, 'ok'), o('p', 'periodic_report', '', 200, 'ok', true),
  ];
  assert.deepEqual(shape(list), [['f', 'd1+d2', 'soon', 'd3'], [], ['p']]);
  const far = Array.from({ length: 8 }, (_, i) => o(`x${i}`, 'report', `c${i}`, 40 + i, 'ok'));
  assert.deepEqual(shape(far)[1], ['x5', 'x6', 'x7'], 'five rows stand on the page even when nothing presses');
  assert.deepEqual(shape([...far, o('late', 'report', 'z', -1, 'late')])[1], [], 'what presses is never folded');
  assert.deepEqual(shape([]), [[], [], []]);
});

test('each row of the worklist has one next action, by what the person may do', async () => {
  const { nextStep } = await load('pages/todayNext.ts');
  const o = (next, more = {}) => ({ kind: 'report', form: 'form8', case_id: 'c', intake_id: '', product_id: 'p', report_id: '', report_state: '', next, ...more });
  const officer = (p) => p !== 'report.approve';
  const label = (row, can = officer) => { const s = nextStep(row, can); return [s.to, s.label, s.make]; };
  assert.equal(nextStep(o('write'), officer).make, true);
  assert.deepEqual(label(o('first_report', { kind: 'first_report' })), ['/cases/c#reports', 'report.makeFirst', true]);
  assert.deepEqual(label(o('first_report', { kind: 'first_report', report_id: 'r', report_state: 'approved' })), ['/reports/r', 'next.submit', false], 'the sheet says how far the first report is');
  assert.deepEqual(label(o('approve', { report_id: 'r' })), ['/reports/r', 'next.approve', false]);
  assert.deepEqual(label(o('approve', { report_id: 'r' }), () => true), ['/reports/r', 'next.approveNow', false]);
  assert.deepEqual(label(o('numbers', { kind: 'report_followup', report_id: 'r' })), ['/reports/r', 'next.numbers', false]);
  assert.deepEqual(label(o('numbers', { kind: 'report_followup' })), ['/cases/c#reports', 'next.numbers', false], 'a task that names no report leads to those of its case');
  assert.deepEqual(label(o('numbers', { kind: 'report_followup', case_id: '', form: 'form12' })), ['/reports?product=p&form=form12', 'next.numbers', false]);
  assert.deepEqual(label(o('write'), () => false), ['/cases/c', 'next.see', false]);
});

test('tables of reports: text, rows and the clipboard', async () => {
  const { rowsOf, textOf, pastedCells, putBlock } = await load('pages/tableText.ts');
  assert.deepEqual(rowsOf('a\tb\n\n 𠮷 \tc\td', 2), [['a', 'b'], [' 𠮷 ', 'c']]);
  assert.equal(textOf([['a', 'b\tc'], ['', ''], ['', 'd\ne'], ['f', '']]), 'a\tb c\n\td e\nf');
  for (const rows of [[], [['1', '2', '3']], [['', 'x', ''], ['y', '', '']]]) assert.deepEqual(rowsOf(textOf(rows), 3), rows, 'a table comes back as it was');
  assert.deepEqual(pastedCells('a\tb\r\n"c ""x""\n2"\td\r\n'), [['a', 'b'], ['c "x"\n2', 'd']]);
  assert.deepEqual(pastedCells('one'), [['one']]);
  assert.deepEqual(pastedCells('2" pipe\tb'), [['2" pipe', 'b']], 'a quote inside a cell is a quote');
  const before = [['1', '2']];
  assert.deepEqual(putBlock(before, 0, 1, [['x', 'y'], ['z']], 2), [['1', 'x'], ['', 'z']], 'what is too wide is left out');
  assert.deepEqual(before, [['1', '2']]);
});

test('the life of a report: where it stands and why a button is missing', async () => {
  const { stepOf, newestSubmission, closed } = await load('pages/reportLife.ts');
  assert.equal(stepOf('returned'), 'draft');
  assert.equal(stepOf('checked'), 'checked');
  assert.equal(stepOf('sent', { state: 'sent' }), 'sent');
  assert.equal(stepOf('sent', { state: 'mismatch' }), 'sent', 'numbers that disagree are no receipt');
  assert.equal(stepOf('sent', { state: 'acknowledged' }), 'acknowledged');
  assert.equal(stepOf('draft', { state: 'acknowledged' }), 'draft', 'the next issue begins anew');
  assert.equal(newestSubmission([]), undefined);
  const can = { check: false, return: true, approve: false, why: { check: { ja: '一', en: 'one' }, approve: { ja: '二', en: 'two' } } };
  assert.deepEqual(closed('in_review', can).map((c) => c.action), ['check'], 'only what could be done at this step is told');
});

test('typed times are those of Tokyo, wherever the browser is', async () => {
  const { fromTokyo, toTokyo } = await load('lib/instants.ts');
  assert.equal(new Date(fromTokyo('2026-11-23T00:05')).toISOString(), '2026-11-22T15:05:00.000Z');
  assert.equal(toTokyo('2026-11-22T15:05:40Z'), '2026-11-23T00:05');
  assert.equal(fromTokyo(''), '');
});

test('problems of a form definition are found in its lines', async () => {
  const { yamlLine } = await load('pages/yamlLine.ts');
  const text = readFileSync(join(import.meta.dirname, '../../forms/pmda/form8/2021-07/form.yaml'), 'utf8');
  const lines = text.split('\n');
  assert.match(lines[yamlLine(text, '/edition') - 1], /^edition:/);
  assert.match(lines[yamlLine(text, '/sections/2/number') - 1], /number: "3"/);
  const third = yamlLine(text, '/fields/2/key');
  assert.equal(lines.slice(third - 1, third + 4).find((l) => l.includes('key:'))?.trim(), 'key: identification_number');
  assert.match(lines[yamlLine(text, '/codes/sex') - 1], /^ {2}sex:/);
  assert.equal(yamlLine(text, '/nothing/1'), 0);
  assert.equal(yamlLine(text, ''), 0);
});

test('only another answer on reporting asks to be confirmed loudly', async () => {
  const { sameOutcome } = await load('pages/decided.ts');
  const d = { result: 'report', form: 'form8', term_days: 15, periodic: false, first_report: true };
  const governing = { form: 'form8', term_days: 15, periodic: false, first_report: true };
  assert.ok(sameOutcome(d, { result: 'report', governing }));
  assert.ok(!sameOutcome(d, { result: 'report', governing: { ...governing, term_days: 30 } }));
  assert.ok(!sameOutcome(d, { result: 'not_reportable', governing: null }));
  assert.ok(sameOutcome({ result: 'not_reportable', form: '', term_days: 0, periodic: false, first_report: false }, { result: 'not_reportable', governing: null }));
});

test('the percentages of a comparison', async () => {
  const { percent } = await load('lib/percent.ts');
  assert.equal(percent(0.0321), '3.21 %');
  assert.equal(percent(0.00001), '< 0.01 %');
  assert.equal(percent(0), '0.00 %');
  assert.equal(percent(1), '100.00 %');
});
