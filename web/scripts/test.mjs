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
  const given = [...code.matchAll(/"((?:the|a|only one) [a-z][^"]*)"/gi)].map((m) => m[1]).filter((text) => !/^(the same file)/.test(text));
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

test('the worklist puts first reports first and keeps the duties of a case together', async () => {
  const { workRows } = await load('pages/todayRows.ts');
  const o = (id, kind, case_id, days_left, coming = false) => ({ id, kind, case_id, days_left, coming });
  const { rows, coming } = workRows([
    o('d1', 'duty', 'A', null), o('d2', 'duty', 'A', null), o('d3', 'duty', 'B', null), o('f', 'first_report', 'B', null), o('soon', 'report', 'A', 2), o('later', 'report', 'B', 9), o('p', 'periodic_report', '', 200, true),
  ]);
  assert.deepEqual(rows.map((r) => [r.o.id, ...r.beside.map((b) => b.id)]), [['f'], ['soon'], ['d1', 'd2'], ['d3'], ['later']]);
  assert.deepEqual(coming.map((c) => c.id), ['p']);
});
