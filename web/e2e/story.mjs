// The main job through the page, from the set-up link to the approved report and its audit trail, in
// Chromium on the real program. Starts bin/mimamori by itself with an empty folder.
//
//   npm run e2e [-- --bin ../bin/mimamori]
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptLink, artifacts, axe, launch, openWindow, settled, shot, startServer } from './browser.mjs';
import { brokenSbom, kev, manyRecords, osv, photo, sbom, startPublisher, terms, vex } from './data.mjs';

const password = 'いぬも歩けば棒にあたる12';
const server = await startServer();
const browser = await launch();
const windows = [];
let number = 0;

/** One step: runs, keeps a picture, and lets axe look at the page as it is then. */
async function step(title, page, run) {
  number++;
  const name = `story-${String(number).padStart(2, '0')}`;
  console.log(`${String(number).padStart(2)}  ${title}`);
  try {
    await run();
    await settled(page);
    await shot(page, name);
    // What happens to lie below the fixed head is no fault of the page.
    await page.evaluate(() => window.scrollTo(0, 0));
    assert.deepEqual(await axe(page), [], 'accessibility');
  } catch (e) {
    await shot(page, `${name}-failed`).catch(() => undefined);
    throw e;
  }
}

async function person(options) {
  const w = await openWindow(browser, server.base, options);
  windows.push(w);
  return w.page;
}

const dayBefore = (days) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tokyo' }).format(new Date(Date.now() - days * 86_400_000));
const today = dayBefore(0);
const button = (page, name, exact = true) => page.getByRole('button', { name, exact });
const dialog = (page) => page.getByRole('dialog');

/** The page as it is now, in the middle of a step, is accessible too. */
async function clean(page, what) {
  assert.deepEqual(await axe(page), [], `accessibility: ${what}`);
}

/** Chooses a record in a searching field. */
async function choose(scope, page, label, text) {
  await scope.getByRole('combobox', { name: label }).click();
  await scope.getByRole('combobox', { name: label }).fill(text);
  await page.getByRole('option', { name: text }).first().click();
}

/** Answers one fact of the case and waits until it is stored. */
async function answer(page, fact, value) {
  const group = page.locator(`#fact-${fact}`);
  const stored = page.waitForResponse((r) => r.url().includes(`/facts/${fact}`) && r.request().method() === 'PUT');
  await group.locator('label', { hasText: value }).first().click();
  assert.ok((await stored).ok(), `${fact} is stored`);
}

/** Fills what is missing in a report, problem by problem, as a person would; values are given by the key of their field. */
async function fillReport(page, values = {}) {
  await page.getByRole('heading', { name: /確認が必要な項目 \d+ 件/ }).waitFor();
  for (const [key, value] of Object.entries(values)) await setField(page, key, value);
  for (let round = 0; round < 60; round++) {
    const problem = page.locator('#problems button').first();
    if (await problem.count() === 0) break;
    await problem.click();
    const field = page.locator(':focus');
    const tag = await field.evaluate((e) => e.tagName);
    await stored(page, async () => {
      if (tag === 'SELECT') await field.selectOption({ index: 1 });
      else if (await field.getAttribute('type') === 'date') await field.fill(today);
      else await field.fill(await field.getAttribute('inputmode') === 'decimal' ? '0' : '不明');
    });
  }
  await page.getByText('問題は見つかりません。').waitFor();
}

async function setField(page, key, value) {
  const field = page.locator(`#field-${key}`).locator('input,textarea,select').first();
  const is = await field.inputValue();
  if (is === value) return;
  await stored(page, async () => (await field.evaluate((e) => e.tagName) === 'SELECT' ? field.selectOption(value) : field.fill(value)));
}

/** Waits until what was typed is stored and its problems are shown. */
async function stored(page, type) {
  const answered = page.waitForResponse((r) => r.url().includes('/values') && r.request().method() === 'PUT');
  await type();
  assert.ok((await answered).ok(), 'what is typed is stored');
  await page.waitForTimeout(60);
}

/** One of the three signatures, with the password. */
async function sign(page, opens, does, next) {
  await button(page, opens).click();
  await dialog(page).getByLabel('パスワード（署名）').fill(password);
  await dialog(page).getByRole('button', { name: does }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  await page.locator('#life [aria-current=step]', { hasText: next }).waitFor();
}

/** 作成 and 確認 by the safety officer, 承認 by the approver. */
async function signAll(safety, approver) {
  await sign(safety, '作成の署名へ', '署名して確認を依頼', '確認待ち');
  await sign(safety, '確認の署名へ', '署名して承認を依頼', '承認待ち');
  await approver.goto(new URL(safety.url()).pathname);
  await sign(approver, '承認の署名へ', '署名して承認', '承認済み');
  await safety.reload();
}

/** Records how the approved content was sent. */
async function send(page, channel, proof, recipient) {
  await button(page, '提出を記録').click();
  await dialog(page).locator('label', { hasText: channel }).click();
  if (recipient) await dialog(page).getByLabel('提出先').fill(recipient);
  await dialog(page).getByLabel('提出の証拠').fill(proof);
  await dialog(page).getByRole('button', { name: '提出を記録' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  await page.locator('#life [aria-current=step]', { hasText: '提出済み' }).waitFor();
}

/** Records what the authority sent back. */
async function acknowledge(page, numbers) {
  await page.locator('#life').getByRole('button', { name: '受付の通知を記録' }).click();
  for (const [label, number] of Object.entries(numbers)) await dialog(page).getByLabel(label).fill(number);
  await dialog(page).getByRole('button', { name: '通知を記録' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
}

/** Records safety information of the product, opens a case, answers its facts and confirms. */
async function newCase(page, { kind, title, text, facts, product = '見本輸液ポンプ MP-300' }) {
  await page.goto('/intakes/new');
  await page.getByLabel('情報の種類').selectOption({ label: kind });
  await page.getByLabel('情報提供者').fill('見本の情報提供者');
  await page.getByLabel('情報入手日').fill(today);
  await page.getByLabel('題名').fill(title);
  await page.getByLabel('情報の内容').fill(text);
  await choose(page, page, '品目', product);
  await button(page, '受付を記録').click();
  await page.waitForURL(/\/intakes\/(?!new)/);
  await button(page, '事案を始める').click();
  await dialog(page).getByRole('button', { name: '事案を始める' }).click();
  await page.waitForURL(/\/cases\/.+/);
  for (const [fact, value] of facts) await answer(page, fact, value);
  await button(page, 'この判断を確定').click();
  await dialog(page).getByRole('button', { name: '確定する' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  return new URL(page.url()).pathname;
}

try {
  const admin = await person({ lang: 'ja' });
  let invited = {};

  await step('the set-up link makes the first administrator', admin, async () => {
    await admin.goto('/');
    await admin.getByText('まだ利用者がいません').waitFor();
    const link = new URL(server.links.get(''));
    await admin.goto(link.pathname + link.search);
    await button(admin, '登録して始める').click();
    assert.equal(await admin.getByText('メールアドレスを入力してください').count(), 1, 'errors stand beside their fields');
    await admin.getByLabel('メールアドレス').fill('admin@example.jp');
    await admin.getByLabel('氏名').fill('管理 花子');
    await admin.getByLabel('パスワード', { exact: true }).fill(password);
    await admin.getByLabel('パスワード（確認）').fill(password);
    await button(admin, '登録して始める').click();
    await admin.getByRole('heading', { name: '始めるには' }).waitFor();
    await admin.getByText('会社の情報を登録し、利用者を招待する').waitFor();
  });

  await step('the link works once', admin, async () => {
    const again = await person({ lang: 'ja' });
    const link = new URL(server.links.get(''));
    await again.goto(link.pathname + link.search);
    await again.getByRole('heading', { name: 'このリンクは使えません' }).waitFor();
    await again.context().close();
  });

  await step('the administrator enters the company and invites three people', admin, async () => {
    await admin.getByRole('link', { name: '設定', exact: true }).first().click();
    await admin.getByLabel('製造販売業者の名称').fill('見本メディカル株式会社');
    await admin.getByLabel('代表者').fill('代表取締役 見本 太郎');
    await admin.getByLabel('住所').fill('東京都千代田区見本1-1');
    const kept = admin.waitForResponse((r) => r.url().endsWith('/api/holder') && r.request().method() === 'PUT');
    await admin.locator('form', { has: admin.getByLabel('製造販売業者の名称') }).getByRole('button', { name: '保存' }).click();
    assert.ok((await kept).ok());
    for (const [email, name, role] of [['safety@example.jp', '安全 一郎', '安全管理責任者'], ['approver@example.jp', '承認 二郎', '総括製造販売責任者'], ['psirt@example.jp', '製品 三郎', '製品セキュリティ担当']]) {
      await button(admin, '利用者を招待').click();
      await dialog(admin).getByLabel('氏名').fill(name);
      await dialog(admin).getByLabel('メールアドレス').fill(email);
      await dialog(admin).getByLabel(role, { exact: false }).check();
      await dialog(admin).getByRole('button', { name: '利用者を招待' }).click();
      const link = dialog(admin).getByLabel(`${name} さんのリンク`, { exact: true }).and(admin.locator('input'));
      await link.waitFor();
      invited[email] = await link.inputValue();
      await dialog(admin).getByRole('button', { name: '閉じる' }).click();
      await dialog(admin).waitFor({ state: 'hidden' });
    }
    assert.equal(await admin.getByText('approver@example.jp').count(), 1);
  });

  const safety = await person({ lang: 'ja' });
  await step('the safety officer chooses a password and sees the first steps', safety, async () => {
    await acceptLink(safety, invited['safety@example.jp'], password);
    await safety.getByRole('heading', { name: '始めるには' }).waitFor();
  });

  await step('registers a product', safety, async () => {
    await safety.getByRole('link', { name: '開く' }).first().click();
    await safety.getByRole('heading', { name: '品目を登録' }).waitFor();
    await button(safety, '保存').click();
    assert.ok(await safety.getByText('入力してください').count() >= 2, 'what is missing is said at the fields');
    await clean(safety, 'form with errors');
    await safety.getByLabel('販売名').fill('見本輸液ポンプ MP-300');
    await safety.getByLabel('一般的名称').fill('汎用輸液ポンプ');
    await safety.getByLabel('JMDNコード').fill('13215000');
    await safety.locator('label', { hasText: 'Ⅲ' }).click();
    await safety.locator('label', { hasText: /^承認$/ }).click();
    await safety.getByLabel('承認番号等').fill('30300BZX00000000');
    await safety.getByLabel('承認等の年月日').fill('2023-04-01');
    await safety.locator('label', { hasText: '非該当' }).click();
    await safety.getByLabel('有線').check();
    await safety.getByLabel('サポート終了（EOS）').fill('2029-03-31');
    await safety.reload();
    assert.equal(await safety.getByLabel('販売名').inputValue(), '見本輸液ポンプ MP-300', 'the draft survives a reload');
    await button(safety, '保存').click();
    await safety.getByRole('heading', { name: '見本輸液ポンプ MP-300' }).waitFor();
  });

  await step('registers a release', safety, async () => {
    await button(safety, 'バージョンを登録').click();
    await dialog(safety).getByLabel('バージョン', { exact: false }).first().fill('3.2.1');
    await dialog(safety).getByLabel('出荷開始日').fill('2025-06-02');
    await dialog(safety).getByRole('button', { name: '保存' }).click();
    await safety.getByText('SBOMがまだありません').waitFor();
  });

  await step('a broken SBOM is refused and changes nothing; a good one is counted', safety, async () => {
    await safety.locator('input[type=file]').setInputFiles(brokenSbom);
    await safety.getByText('何も変更していません。').waitFor();
    await safety.locator('input[type=file]').setInputFiles(sbom);
    await safety.getByText('3 個の部品を登録しました').waitFor();
    const figures = await safety.locator('.figures').first().innerText();
    assert.match(figures.replace(/\s+/g, ' '), /3 部品 1 purl あり 1 CPE あり 1 識別子なし/);
  });

  await step('walks the components with the keyboard and sees why one is in the device', safety, async () => {
    const parts = safety.locator('#components');
    await parts.locator('label', { hasText: '依存関係' }).click();
    const rows = parts.locator('.vrows');
    await rows.locator('[role=row]', { hasText: 'モーター制御' }).waitFor();
    await rows.focus();
    for (const key of ['ArrowDown', 'ArrowDown']) await safety.keyboard.press(key); // from the product over zlib
    await safety.keyboard.press('ArrowRight'); // opened
    await rows.locator('[role=row]', { hasText: 'log4j-core' }).waitFor();
    await safety.keyboard.press('ArrowDown');
    await safety.keyboard.press('Enter');
    await parts.getByRole('heading', { name: '機器に含まれる理由' }).waitFor();
    assert.deepEqual((await parts.locator('ol.path li').allInnerTexts()).map((t) => t.replace(/\s+/g, ' ').trim()), ['MP-300 3.2.1 製品', 'モーター制御 7', 'org.apache.logging.log4j / log4j-core 2.14.1']);
    await clean(safety, 'a component in the tree');
    await parts.getByPlaceholder('部品名・供給者・purlで検索').fill('zlib');
    await parts.getByText('1 個が見つかりました').waitFor();
    assert.match((await rows.innerText()).replace(/\s+/g, ' '), /MP-300 3.2.1.*zlib 1.3.1/, 'what leads there stays in sight');
    await parts.locator('label', { hasText: /^表$/ }).click();
    await rows.locator('[role=row]', { hasText: 'cpe:2.3:a:zlib' }).waitFor();
    await parts.getByPlaceholder('部品名・供給者・purlで検索').fill('');
    await rows.locator('[role=row]').nth(2).waitFor();
  });

  await step('registers a hospital with its units', safety, async () => {
    await safety.getByRole('link', { name: '医療機関', exact: true }).first().click();
    await safety.getByRole('link', { name: '医療機関を登録' }).first().click();
    await safety.getByLabel('医療機関名').fill('見本中央病院');
    await safety.getByLabel('都道府県').fill('東京都');
    await safety.getByLabel('担当部署・担当者').fill('ME室');
    await button(safety, '保存').click();
    await button(safety, '納入を登録').click();
    await choose(dialog(safety), safety, '製品バージョン', '3.2.1');
    await dialog(safety).getByLabel('台数').fill('12');
    await dialog(safety).getByRole('button', { name: '保存' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.getByRole('link', { name: '見本輸液ポンプ MP-300' }).waitFor();
  });

  await step('imports vulnerability data and follows the progress', safety, async () => {
    for (const file of [osv, kev]) {
      await safety.getByRole('link', { name: '情報源', exact: true }).first().click();
      await safety.locator('input[type=file]').setInputFiles(file);
      await safety.waitForURL(/\/sources\/imports\//);
      await safety.locator('.pagehead').getByText('完了').waitFor({ timeout: 30_000 });
    }
  });

  await step('stops a long import; what was taken over stays', safety, async () => {
    await safety.getByRole('link', { name: '情報源', exact: true }).first().click();
    await safety.locator('input[type=file]').setInputFiles(manyRecords);
    await safety.waitForURL(/\/sources\/imports\//);
    await button(safety, '取り込みを中止').click();
    await safety.getByText('取り込みを中止しました').waitFor({ timeout: 30_000 });
  });

  await step('an administrator adds a feed; it is fetched, has nothing new, shrinks, and is accepted with a reason', admin, async () => {
    const source = await startPublisher();
    try {
      source.publish(20);
      await admin.goto('/sources');
      await button(admin, '取得先を登録').click();
      await dialog(admin).getByLabel('名称').fill('試験用の取得先');
      await dialog(admin).getByLabel('アドレス').fill('http://example.org/all.jsonl');
      await dialog(admin).getByRole('button', { name: '保存' }).click();
      await dialog(admin).getByText('https のアドレスだけ').first().waitFor();
      await clean(admin, 'the settings of a feed');
      await dialog(admin).getByLabel('アドレス').fill(source.address);
      await dialog(admin).getByRole('button', { name: '保存' }).click();
      await dialog(admin).waitFor({ state: 'hidden' });
      await button(admin, '取得を開始').click();
      const fetchNow = async (end) => {
        await admin.goto('/sources');
        await button(admin, '今すぐ取得').last().click();
        await admin.waitForURL(/\/sources\/imports\//);
        await admin.getByText(end).first().waitFor({ timeout: 30_000 });
      };
      await fetchNow('完了');
      await fetchNow('提供元に新しい情報はありませんでした');
      source.publish(5);
      await fetchNow('異常：大幅な減少');
      await admin.goto('/findings?state=open');
      await admin.getByText('「該当なし」を根拠にできません').waitFor();
      await admin.goto('/sources');
      await button(admin, '異常を解除').click();
      await dialog(admin).getByLabel('理由').fill('提供元が古い記録を整理したため');
      await dialog(admin).getByRole('button', { name: '異常を解除する' }).click();
      await dialog(admin).waitFor({ state: 'hidden' });
      await admin.getByText('「該当なし」を根拠にできません').waitFor({ state: 'hidden' });
      await button(admin, '停止').click();
      await button(admin, '取得を開始').waitFor();
    } finally {
      source.stop();
    }
  });

  await step('says of a component that it has no identity, and undoes it', safety, async () => {
    const before = safety.url();
    await safety.getByRole('link', { name: '照合できない部品', exact: true }).first().click();
    const row = safety.locator('tr', { hasText: 'モーター制御' });
    await row.first().click();
    await safety.getByLabel('判断の理由').fill('自社で作成したプログラム');
    await safety.getByLabel('判断の理由').press('Enter');
    await safety.keyboard.press('n');
    await safety.getByText('「モーター制御」は識別子のない部品とされました。').waitFor();
    await row.first().waitFor({ state: 'detached' });
    await clean(safety, 'a decision about a component');
    await safety.keyboard.press('u');
    await row.first().waitFor();
    await safety.goto(before);
  });

  await step('sees the finding with its evidence', safety, async () => {
    await safety.getByRole('link', { name: '該当の一覧を見る' }).click();
    await safety.getByText('CVE-2021-44228').first().waitFor();
    await safety.keyboard.press('j');
    assert.equal(await safety.locator('tr[data-current]').count(), 1, 'j marks the first row');
    await safety.keyboard.press('Enter');
    await safety.waitForURL(/\/findings\/.+/);
    await safety.getByRole('heading', { name: '根拠' }).waitFor();
    await safety.getByText('purl の一致').waitFor();
    assert.equal(await safety.getByText('{"').count(), 0, 'the evidence stands in words');
    assert.match(await safety.locator('main').innerText(), /GHSA-jfh8-c2jp-5v3q/);
    assert.match(await safety.locator('main').innerText(), /見本中央病院/);
  });

  await step('assesses it; "not affected" needs a justification', safety, async () => {
    await button(safety, '評価する').click();
    const d = dialog(safety);
    await d.locator('label', { hasText: '影響なし' }).click();
    await d.getByRole('button', { name: '評価を記録' }).click();
    await d.getByText('「影響なし」には理由の選択が必要です').waitFor();
    await clean(safety, 'dialog of the assessment');
    for (const q of ['脆弱なソフトウェアは製品に含まれていますか', 'それは使われていますか', '機能または性能に影響しますか']) await d.getByRole('radiogroup', { name: q }).getByText('はい', { exact: true }).click();
    await d.getByRole('radiogroup', { name: '起こり得る最も重い健康被害は何ですか' }).getByText('重篤', { exact: true }).click();
    await d.locator('label', { hasText: '影響あり' }).click();
    await d.getByLabel('理由の説明').fill('遠隔保守の記録に使用している。');
    await d.getByRole('button', { name: '評価を記録' }).click();
    await d.waitFor({ state: 'hidden' });
    await safety.getByText('遠隔保守の記録に使用している。').waitFor();
  });

  await step('a VEX statement is a proposal: it can be taken over, or declined with a reason', safety, async () => {
    await safety.getByRole('link', { name: '情報源', exact: true }).first().click();
    await safety.locator('input[type=file]').setInputFiles(vex);
    await safety.waitForURL(/\/sources\/imports\//);
    await safety.locator('.pagehead').getByText('完了').waitFor({ timeout: 30_000 });
    await safety.goto('/vulnerabilities/CVE-2021-44228');
    const statement = safety.locator('.vex');
    await statement.getByText('対応中の該当 1 件のうち 1 件の構成要素が対象').waitFor();
    await statement.getByText('発行者の信頼：未確認').waitFor();
    await clean(safety, 'vulnerability with a statement');
    await button(statement, '評価として採用').click();
    await dialog(safety).getByText('評価を「影響なし」として記録します').waitFor();
    await clean(safety, 'dialog that takes a statement over');
    await dialog(safety).getByRole('button', { name: '閉じる' }).click();
    await button(statement, '採用しない').click();
    await dialog(safety).getByRole('button', { name: '採用しない' }).click();
    await dialog(safety).getByText('理由を入力してください。').waitFor();
    await dialog(safety).getByLabel('採用しない理由').fill('この品目では検索の機能が有効である。');
    await dialog(safety).getByRole('button', { name: '採用しない' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await statement.getByText('この品目では検索の機能が有効である。').waitFor();
    await safety.getByText('遠隔保守の記録に使用している。').waitFor(); // the assessment stays
  });

  await step('records what the hospital told', safety, async () => {
    await safety.locator('.nav').getByRole('link', { name: /^情報受付/ }).click();
    await safety.getByRole('link', { name: '情報を受け付ける' }).first().click();
    await safety.getByLabel('情報の種類').selectOption({ label: '医療機関' });
    await safety.getByLabel('情報提供者').fill('見本中央病院 ME室');
    await safety.getByLabel('情報入手日').fill(today);
    await safety.getByLabel('題名').fill('遠隔保守ポートからの不正アクセスで注入量が変わった');
    await safety.getByLabel('情報の内容').fill('輸液ポンプ1台の注入量が設定と異なっていた。患者は経過観察中。');
    await choose(safety, safety, '品目', '見本輸液ポンプ MP-300');
    await choose(safety, safety, '製品バージョン', '3.2.1');
    await choose(safety, safety, '医療機関', '見本中央病院');
    await choose(safety, safety, '脆弱性', 'CVE-2021-44228');
    await button(safety, '受付を記録').click();
    await safety.waitForURL(/\/intakes\/(?!new)/);
    await safety.getByText('この記録は変更できません').waitFor();
    await safety.locator('input[type=file]').setInputFiles(photo);
    const [saved] = await Promise.all([safety.waitForEvent('download'), safety.getByRole('link', { name: photo.name }).click()]);
    assert.deepEqual(readFileSync(await saved.path()), photo.buffer, 'the file comes back byte for byte');
  });

  let casePath = '';
  await step('opens a case: fifteen days while nothing is known', safety, async () => {
    await button(safety, '事案を始める').click();
    await dialog(safety).getByRole('button', { name: '事案を始める' }).click();
    await safety.waitForURL(/\/cases\/.+/);
    casePath = new URL(safety.url()).pathname;
    await safety.locator('#answer').getByText('15日以内').waitFor();
    await safety.locator('.status [aria-current=step]', { hasText: '仮の判断' }).waitFor();
    assert.match(await safety.locator('.next').first().innerText(), /次に確認：/, 'what to ask next stands first');
  });

  await step('answers the facts; the answer moves with them', safety, async () => {
    await answer(safety, 'report_kind', '症例');
    await answer(safety, 'agent', '不具合');
    await answer(safety, 'origin', '国内');
    await answer(safety, 'harm_status', '発生した');
    assert.match(await safety.locator('#answer').innerText(), /様式第8.*15日以内/s);
    assert.ok(await safety.locator('table.grid').count() === 1, 'the two facts that decide stand in a grid');
    const evidence = safety.locator('#fact-harm_status textarea.evidence');
    const stored = safety.waitForResponse((r) => r.url().includes('/facts/harm_status') && r.request().method() === 'PUT');
    await evidence.fill('電話記録 1号');
    await evidence.press('Enter');
    await stored;
  });

  await step('a fact can be partly known', safety, async () => {
    const fact = safety.locator('#fact-seriousness');
    await fact.getByRole('button', { name: '一部だけ分かる' }).click();
    const stored = safety.waitForResponse((r) => r.url().includes('/facts/seriousness') && r.request().method() === 'PUT');
    await fact.locator('label', { hasText: '死亡' }).click();
    assert.deepEqual((await (await stored).json()).facts.find((f) => f.name === 'seriousness').possible.sort(), ['non_serious', 'serious']);
  });

  await step('tries other answers without storing them', safety, async () => {
    await button(safety, '仮に変えてみる').click();
    await safety.getByText('仮の答えです。保存されません。').waitFor();
    const one = safety.locator('#fact-seriousness').getByRole('button', { name: 'ひとつに決める' });
    if (await one.count() > 0) await one.click();
    await safety.locator('#fact-seriousness label', { hasText: '死亡' }).first().click();
    await safety.getByText('第一報（ファックス等）も速やかに必要です。').waitFor();
    await button(safety, '仮の答えを終える').click();
    await safety.getByText('仮の答えです。保存されません。').waitFor({ state: 'hidden' });
  });

  await step('settles the facts: serious and unpredictable', safety, async () => {
    const one = safety.locator('#fact-seriousness').getByRole('button', { name: 'ひとつに決める' });
    if (await one.count() > 0) await one.click();
    await answer(safety, 'seriousness', /^重篤/);
    await answer(safety, 'predictability', '予測できない');
    await safety.getByText(/規則228条の20第2項1号ハ/).first().waitFor();
    assert.match(await safety.locator('main').innerText(), /根拠/);
  });

  const psirt = await person({ lang: 'ja' });
  await step('product security proposes it', psirt, async () => {
    await acceptLink(psirt, invited['psirt@example.jp'], password);
    await psirt.goto(casePath);
    assert.equal(await button(psirt, 'この判断を確定').count(), 0, 'only the safety officer confirms');
    await button(psirt, 'この判断を提案').click();
    await dialog(psirt).getByLabel('コメント').fill('事実の確認が終わりました。');
    await dialog(psirt).getByRole('button', { name: '提案する' }).click();
    await dialog(psirt).waitFor({ state: 'hidden' });
    await psirt.getByText(/製品 三郎 が提案しました/).waitFor();
  });

  await step('confirms the determination', safety, async () => {
    await safety.reload();
    await safety.locator('.status').getByText(/製品 三郎 が提案しました/).waitFor();
    await button(safety, 'この判断を確定').click();
    await clean(safety, 'dialog of the confirmation');
    await dialog(safety).getByLabel('コメント').fill('主治医に確認済み。');
    await dialog(safety).getByRole('button', { name: '確定する' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.locator('#determinations tr', { hasText: '報告が必要' }).getByText('確定', { exact: true }).waitFor();
    await safety.locator('#obligations').getByText('様式第8').first().waitFor();
  });

  await step('the proof: one page, replayed, as PDF and as the bytes that were signed', safety, async () => {
    await safety.getByRole('link', { name: '判断の記録を見る' }).click();
    await safety.waitForURL(/\/determinations\/.+/);
    await safety.getByText('同じ結果を再現しました').waitFor();
    const text = await safety.locator('main').innerText();
    for (const word of ['安全 一郎', '施行規則第228条の20第2項', 'jp/reg-228-20-2', '電話記録 1号']) assert.ok(text.includes(word), `the proof has ${word}`);
    const files = {};
    for (const name of ['PDF', 'JSON']) {
      const [saved] = await Promise.all([safety.waitForEvent('download'), safety.getByRole('link', { name, exact: true }).click()]);
      files[name] = readFileSync(await saved.path());
      await saved.saveAs(join(artifacts, `story-proof.${name.toLowerCase()}`));
    }
    assert.equal(files.PDF.subarray(0, 4).toString(), '%PDF');
    assert.ok(text.includes(createHash('sha256').update(files.JSON).digest('hex')), 'the record has the digest that stands on the page');
    await safety.emulateMedia({ media: 'print' });
    await safety.pdf({ path: join(artifacts, 'story-proof-print.pdf'), format: 'A4', preferCSSPageSize: true });
    await safety.emulateMedia({ media: 'screen' });
  });

  await step('a clause leads to its reading, and from there to the rules', safety, async () => {
    await safety.goto(await safety.locator('main a[href^="/readings/R-"]').first().getAttribute('href'));
    await safety.getByText('採用した解釈').waitFor();
    await safety.locator('.crumbs').getByRole('link', { name: '規則の一覧' }).click();
    await safety.getByLabel('条項・条文・規則の番号で検索').fill('1号ハ');
    await safety.getByText(/規則集 \d+ 件、規則 \d+ 件/).waitFor();
    await safety.getByLabel('条項・条文・規則の番号で検索').fill('228-20(2)-1-ha');
    await safety.locator('.law').first().waitFor();
  });

  await step('answers what a duty depends on; confirmed, the duty stands among the obligations', safety, async () => {
    await safety.goto(casePath);
    await settled(safety);
    await safety.locator('#duty-questions').evaluate((e) => { for (const d of [e, ...e.querySelectorAll('details')]) d.open = true; });
    const before = Number(/該当 (\d+) 件/.exec(await safety.locator('#duties').innerText())?.[1] ?? 0);
    await answer(safety, 'documents_revised', /./);
    await safety.waitForFunction((n) => Number(/該当 (\d+) 件/.exec(document.querySelector('#duties').innerText)?.[1] ?? 0) !== n, before);
    await button(safety, '判断し直して確定').click();
    await dialog(safety).getByRole('button', { name: '確定する' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.locator('#obligations').getByText('添付文書').first().waitFor();
    await safety.evaluate(() => window.scrollTo(0, 0)); // the answer that stays in sight covers what is below it
  });

  await step('the worklist shows what is due and what to press', safety, async () => {
    await safety.locator('.nav').getByRole('link', { name: /^今日/ }).click();
    await safety.getByRole('heading', { name: '次にすること' }).waitFor();
    await safety.locator('table.work').getByRole('button', { name: '様式第8を作成' }).waitFor();
    assert.match(await safety.locator('main').innerText(), /15 日/);
  });

  await step('the draft of form 8 is filled from what is known', safety, async () => {
    await safety.goto(casePath);
    await safety.locator('#reports').getByRole('button', { name: '様式第8を作成' }).click();
    await safety.waitForURL(/\/reports\/.+/);
    await safety.getByRole('heading', { name: /別紙様式第8/ }).waitFor();
    const values = await safety.locator('main input, main textarea').evaluateAll((all) => all.map((e) => e.value).join('|'));
    assert.match(values, /見本輸液ポンプ MP-300/);
    assert.match(values, /見本メディカル株式会社/);
    assert.ok(await safety.getByText('品目から').count() >= 1, 'values say where they came from');
  });

  const reportPath = new URL(safety.url()).pathname;
  await step('problems lead to their fields; what is typed is stored by itself', safety, async () => {
    await safety.getByRole('heading', { name: /確認が必要な項目 \d+ 件/ }).waitFor();
    await safety.locator('#problems button').first().click();
    assert.ok(await safety.evaluate(() => /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)), 'the field has the cursor');
    await fillReport(safety);
    await safety.getByText(/保存しました \d\d:\d\d/).waitFor();
  });

  await step('the session ends while typing: nothing is lost', safety, async () => {
    const field = safety.locator('#field-investigation textarea, #box-remarks textarea, main textarea').last();
    const before = await field.inputValue();
    await safety.context().clearCookies();
    await field.fill(`${before}\n保守会社に聞き取り中。`);
    await dialog(safety).getByText('もう一度ログインしてください').waitFor();
    await dialog(safety).locator('input[type=password]').fill(password);
    await dialog(safety).getByRole('button', { name: 'ログイン' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    assert.match(await field.inputValue(), /保守会社に聞き取り中。/);
    await field.press('End');
    await field.type('。');
    await safety.getByText(/保存しました \d\d:\d\d/).waitFor();
    await safety.reload();
    await settled(safety);
    assert.match((await safety.locator('main textarea').evaluateAll((all) => all.map((e) => e.value).join('|'))), /保守会社に聞き取り中。/);
  });

  await step('the maker signs; the safety officer checks; neither approves', safety, async () => {
    await button(safety, '作成の署名へ').click();
    await dialog(safety).getByText(/「作成」の署名です/).waitFor();
    await dialog(safety).getByRole('button', { name: '署名して確認を依頼' }).click();
    await dialog(safety).getByText('パスワードを入力してください').waitFor();
    await clean(safety, 'dialog of a signature');
    await dialog(safety).getByRole('button', { name: '閉じる' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await sign(safety, '作成の署名へ', '署名して確認を依頼', '確認待ち');
    await sign(safety, '確認の署名へ', '署名して承認を依頼', '承認待ち');
    assert.equal(await button(safety, '承認の署名へ').count(), 0);
    await safety.locator('#life').getByText(/承認の署名：/).waitFor();
  });

  const approver = await person({ lang: 'ja', scheme: 'dark' });
  await step('the approver sends it back with a reason, then approves what was mended', approver, async () => {
    await acceptLink(approver, invited['approver@example.jp'], password);
    await approver.getByRole('link', { name: '承認する' }).waitFor();
    await approver.goto(reportPath);
    await settled(approver);
    assert.equal(await approver.locator('main form input, main .boxbody input, main .boxbody textarea').count(), 0, 'who signs reads words, not boxes');
    await button(approver, '承認の署名へ').waitFor();
    await button(approver, '差し戻し').click();
    await dialog(approver).getByLabel('差し戻しの理由').fill('今後の対応に次回報告予定日を書いてください。');
    await dialog(approver).getByRole('button', { name: '差し戻し' }).click();
    await approver.getByText('今後の対応に次回報告予定日を書いてください。').waitFor();
    await safety.reload();
    await safety.getByText(/差し戻しました/).waitFor();
    await signAll(safety, approver);
    assert.equal(await approver.locator('.signs').first().locator('li').count(), 3, 'three signatures stand');
    await approver.locator('#issues').getByText(/無効になった署名 \d 件/).waitFor();
  });

  await step('downloads the report as PDF and in the other formats', safety, async () => {
    for (const [name, starts] of [['PDF', '%PDF'], ['JSON', '{'], ['XML', '<?xml'], ['XLSX', 'PK'], ['提出用パッケージ', 'PK']]) {
      if (name !== 'PDF') await button(safety, 'ほかの形式').click();
      const download = safety.waitForEvent('download');
      await (name === 'PDF' ? safety.getByRole('link', { name, exact: true }) : safety.getByRole('menuitem', { name })).click();
      const saved = await download;
      if (name === 'PDF') await saved.saveAs(join(artifacts, 'story-report.pdf'));
      assert.equal(readFileSync(await saved.path()).subarray(0, starts.length).toString(), starts);
    }
  });

  await step('re-bases a clock with a reason and the password; both days stay', safety, async () => {
    await safety.goto(casePath);
    const row = safety.locator('#obligations tr', { hasText: '様式第8' });
    await row.getByRole('button', { name: '起算日を改める' }).click();
    await dialog(safety).getByLabel('新しい起算日').fill(dayBefore(10));
    await dialog(safety).getByLabel('理由').fill('営業担当者が先に電話で聞いていたことが分かった。');
    await dialog(safety).getByLabel('パスワード（署名）').fill('ちがうパスワードです1234');
    await dialog(safety).getByRole('button', { name: '署名して起算日を改める' }).click();
    await dialog(safety).getByText(/パスワードが違います/).first().waitFor();
    await clean(safety, 'dialog of the clock');
    await dialog(safety).getByLabel('パスワード（署名）').fill(password);
    await dialog(safety).getByRole('button', { name: '署名して起算日を改める' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await row.locator('del').waitFor();
    assert.match(await row.innerText(), /5 日/);
    assert.match(await row.innerText(), /営業担当者が先に電話で聞いていた/);
    assert.ok(!(await safety.evaluate(() => JSON.stringify(sessionStorage))).includes('ちがうパスワード'), 'a password is never kept');
  });

  await step('after a night the person is told what presses', safety, async () => {
    for (const w of windows) if (!w.page.isClosed()) await w.page.goto('about:blank');
    await server.restart();
    await safety.goto('/');
    for (let i = 0; i < 20 && await safety.locator('.bell .n').count() === 0; i++) { await safety.waitForTimeout(500); await safety.reload(); }
    await safety.locator('.bell').click();
    const note = dialog(safety).locator('li[data-fresh]', { hasText: '様式第8' });
    await note.waitFor();
    await clean(safety, 'notifications');
    await note.getByRole('button', { name: '既読にする' }).click();
    await note.waitFor({ state: 'hidden' });
    await safety.keyboard.press('Escape');
    await dialog(safety).waitFor({ state: 'hidden' });
  });

  await step('a record that needs no case is dismissed with a reason', safety, async () => {
    await safety.goto('/intakes/new');
    await safety.getByLabel('情報の種類').selectOption({ label: '文献・学会・研究報告' });
    await safety.getByLabel('情報提供者').fill('見本学会誌');
    await safety.getByLabel('情報入手日').fill(today);
    await safety.getByLabel('題名').fill('他社の装置についての論文');
    await safety.getByLabel('情報の内容').fill('当社の品目と共通する部品はない。');
    await button(safety, '受付を記録').click();
    await safety.getByText(/までに振り分けてください/).waitFor();
    await button(safety, '事案にしない').click();
    await dialog(safety).getByRole('button', { name: '理由を記録' }).click();
    await dialog(safety).getByText('事案にしない理由を書いてください').waitFor();
    await dialog(safety).getByLabel('理由').fill('当社の品目に関係しないことを確認した。');
    await dialog(safety).getByRole('button', { name: '理由を記録' }).click();
    await safety.getByText('事案にしないと判断しました').waitFor();
    await button(safety, '事案を始める').waitFor();
  });

  await step('confirms a value that was open, and a holiday of the company', safety, async () => {
    await safety.goto('/settings');
    const value = safety.locator('#value-pmda-fax');
    await value.getByRole('button', { name: '値を入力' }).click();
    await value.getByLabel('値', { exact: true }).fill('03-0000-0000');
    await value.locator('label', { hasText: '確認済み' }).click();
    await value.getByRole('button', { name: '保存' }).click();
    await value.getByText('確認した資料を書いてください').waitFor();
    await value.getByLabel('確認した資料').fill('PMDAへの照会（見本）');
    await value.getByRole('button', { name: '保存' }).click();
    await value.getByText('03-0000-0000').waitFor();
    await safety.locator('#company-days').getByLabel('休業日').fill(dayBefore(-3));
    await safety.locator('#company-days').getByLabel('名称').fill('創立記念日');
    await button(safety, '加える').click();
    await safety.locator('#company-days').getByText('創立記念日').waitFor();
  });

  await step('records that the report was sent; the obligation is met by that', safety, async () => {
    await safety.goto('/');
    await safety.getByRole('link', { name: '提出を記録' }).click();
    await safety.waitForURL((u) => u.pathname === reportPath);
    await button(safety, '提出を記録').click();
    await dialog(safety).getByRole('button', { name: '提出を記録' }).click();
    await dialog(safety).getByText('提出したことが分かる記録を書くか、ファイルを添えてください').waitFor();
    await dialog(safety).getByLabel(photo.name).check();
    await clean(safety, 'dialog of the submission');
    await shot(safety, 'story-submission', { full: false });
    await dialog(safety).getByLabel('提出の証拠').fill('PMDA受付番号 見本-1');
    await dialog(safety).getByLabel('提出先').fill('医薬品医療機器総合機構（見本）');
    await dialog(safety).getByRole('button', { name: '提出を記録' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.locator('.submission').getByText('PMDA受付番号 見本-1').waitFor();
    await safety.goto(casePath);
    await safety.locator('#obligations').getByText('履行済み').first().waitFor();
  });

  await step('asks to decide otherwise than the law; it warns and wants a reason and a signature', safety, async () => {
    await button(safety, '法令の結論と異なる判断をする').click();
    const d = dialog(safety);
    await d.locator('label', { hasText: '報告しない' }).click();
    await d.getByText('法令による結論より緩い判断です').waitFor();
    await d.getByRole('button', { name: '署名して二人目に依頼' }).click();
    await d.getByText('理由を書いてください').waitFor();
    await clean(safety, 'dialog of the override');
    await d.getByLabel('異なる判断をする理由').fill('主治医の見解により、不具合との因果関係が否定された。');
    await d.getByLabel('パスワード（署名）').fill(password);
    await d.getByRole('button', { name: '署名して二人目に依頼' }).click();
    await d.waitFor({ state: 'hidden' });
    await safety.getByText('別の人の署名を待っています。それまでは法令による結論で進めます。').waitFor();
    assert.equal(await button(safety, '二人目として署名').count(), 0, 'nobody signs twice');
  });

  await step('a second person sees both answers and countersigns', approver, async () => {
    await approver.goto(casePath);
    await approver.locator('.both').first().waitFor();
    assert.match(await approver.locator('.both').first().innerText(), /法令による結論[\s\S]*様式第8[\s\S]*会社の判断[\s\S]*報告不要/);
    await button(approver, '二人目として署名').click();
    await clean(approver, 'dialog of the second signature');
    await dialog(approver).getByLabel('パスワード（署名）').fill(password);
    await dialog(approver).getByRole('button', { name: '二人目として署名' }).click();
    await approver.getByText('二名の署名により、会社の判断で進めています').first().waitFor();
    await approver.getByRole('link', { name: '判断の記録を見る' }).click();
    await approver.getByText('異なる判断（二人目）').waitFor();
  });

  // ---- A death in Japan: the first report and form 8 within the hour, then additional and complete
  let deathPath = '';
  await step('a death in Japan asks for a first report and form 8; the worklist leads to both', safety, async () => {
    deathPath = await newCase(safety, {
      kind: '医療機関', title: '過量注入による患者の死亡', text: '不正アクセスの後に注入量が増え、患者が死亡した。',
      facts: [['report_kind', '症例'], ['agent', '不具合'], ['origin', '国内'], ['harm_status', '発生した'], ['seriousness', '死亡']],
    });
    await safety.goto('/');
    const first = safety.locator('table.work tbody tr').first();
    await first.getByRole('button', { name: '第一報を作成' }).waitFor();
    assert.match(await first.innerText(), /第一報/, 'the first report presses most');
    assert.ok(await safety.locator('table.work').getByRole('button', { name: '様式第8を作成' }).count() === 1);
  });

  await step('the sheet of the first report goes out by fax with three signatures; that meets it', safety, async () => {
    await safety.locator('table.work').getByRole('button', { name: '第一報を作成' }).click();
    await safety.waitForURL(/\/reports\/.+/);
    await settled(safety);
    await fillReport(safety);
    await signAll(safety, approver);
    await send(safety, 'ファックス', 'ファックス送信記録 見本 2枚');
    await safety.goto(deathPath);
    const row = safety.locator('#obligations tr', { hasText: '第一報' });
    await row.getByText('履行済み').waitFor();
    await row.getByRole('link', { name: '報告書を見る' }).waitFor();
  });

  let eightPath = '';
  await step('form 8, incomplete: sent, numbered, and the next report day becomes due by itself', safety, async () => {
    await safety.locator('#reports').getByRole('button', { name: '様式第8を作成' }).click();
    await safety.waitForURL(/\/reports\/.+/);
    eightPath = new URL(safety.url()).pathname;
    await settled(safety);
    await fillReport(safety, { report_state: 'incomplete', next_report_on: dayBefore(-20), outcome: 'death' });
    await signAll(safety, approver);
    await send(safety, '電子報告', '受付番号 見本-8', '医薬品医療機器総合機構（見本）');
    await acknowledge(safety, { 登録番号: 'R-見本-0001' });
    await safety.locator('#life [aria-current=step]', { hasText: '受領' }).waitFor();
    await safety.getByText('登録番号 R-見本-0001').waitFor();
    await safety.goto(deathPath);
    await safety.locator('#obligations tr', { hasText: '追加報告' }).waitFor();
  });

  await step('a changed record marks its field; the new text is taken over by a press', safety, async () => {
    await safety.goto(eightPath);
    await button(safety, '次の報を作る').click();
    await clean(safety, 'dialog of the next issue');
    await dialog(safety).getByRole('button', { name: '第2報を作る' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.locator('#life [aria-current=step]', { hasText: '下書き' }).waitFor();
    const product = await safety.evaluate(async (path) => {
      const report = (await (await fetch(`/api${path}`)).json()).report;
      const { product } = await (await fetch(`/api/products/${report.product_id}`)).json();
      const { id, revision, brand_name, generic_name, jmdn_code, class: device_class, connectivity, route, licence_number, licensed_on, designated, samd, eol_on, eos_on, indication, site_of_use, note } = product;
      const r = await fetch(`/api/products/${id}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ revision, brand_name: `${brand_name}（改）`, generic_name, jmdn_code, class: device_class, connectivity, route, licence_number, licensed_on, designated, samd, eol_on, eos_on, indication, site_of_use, note }) });
      return r.ok ? '' : await r.text();
    }, eightPath);
    assert.equal(product, '');
    await safety.reload();
    await settled(safety);
    const mark = safety.locator('#field-brand_name .moved');
    assert.match(await mark.innerText(), /元の記録が変わりました[\s\S]*見本輸液ポンプ MP-300[\s\S]*見本輸液ポンプ MP-300（改）/);
    await shot(safety, 'story-moved');
    await mark.getByRole('button', { name: '元の記録の内容にする' }).click();
    await mark.waitFor({ state: 'hidden' });
    assert.equal(await safety.locator('#field-brand_name input').inputValue(), '見本輸液ポンプ MP-300（改）');
  });

  await step('the additional report completes it; what differs stands field by field', safety, async () => {
    await fillReport(safety, { report_state: 'complete', next_report_on: '', investigation: '原因は遠隔保守ポートの認証の不備であった。', actions_taken: '全施設の設定を改めた。', planned_actions: 'なし' });
    await button(safety, '前の報との違い').click();
    await dialog(safety).locator('table.diff', { hasText: '未完了' }).waitFor();
    assert.match(await dialog(safety).innerText(), /販売名[\s\S]*（改）/);
    await clean(safety, 'difference of two issues');
    await shot(safety, 'story-difference', { full: false });
    await dialog(safety).getByRole('button', { name: '閉じる' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await button(safety, '一致を記録').click();
    await dialog(safety).getByLabel('医療機関の担当者・部署').fill('見本中央病院 ME室');
    await dialog(safety).getByRole('button', { name: '一致を記録' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await signAll(safety, approver);
    await send(safety, '電子報告', '受付番号 見本-9', '医薬品医療機器総合機構（見本）');
  });

  await step('other numbers in an acknowledgement are a task until somebody settles them', safety, async () => {
    await acknowledge(safety, { 登録番号: 'R-見本-0010', 識別番号: 'AA-見本-1' });
    await safety.locator('#life').getByText(/番号が、報告書の番号と異なります/).waitFor();
    await safety.goto('/');
    await safety.locator('table.work').getByRole('link', { name: '番号を確かめる' }).click();
    await safety.waitForURL((u) => [eightPath, deathPath].includes(u.pathname));
    await safety.goto(eightPath);
    await safety.locator('#life').getByRole('button', { name: '番号を確かめる' }).click();
    await clean(safety, 'dialog of the numbers');
    await shot(safety, 'story-numbers', { full: false });
    await dialog(safety).locator('label', { hasText: 'R-見本-0001' }).click();
    await dialog(safety).getByLabel('理由').fill('PMDAに電話で確かめた。通知の番号は誤記であった。');
    await dialog(safety).getByRole('button', { name: 'この番号にする' }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    await safety.locator('#life [aria-current=step]', { hasText: '受領' }).waitFor();
    await safety.getByText('識別番号 AA-見本-1').waitFor();
    assert.equal(await safety.locator('#issues .submission').count(), 2, 'both issues stand with how they were sent');
  });

  // ---- A measure abroad: the sheet and form 10
  await step('a measure abroad: the sheet and form 10', safety, async () => {
    const path = await newCase(safety, {
      kind: '外国における措置', title: '外国製造元による改修', text: '外国で同一の医療機器の改修が始まった。', product: '見本輸液ポンプ MP-300（改）',
      facts: [['report_kind', '措置の実施'], ['origin', '外国']],
    });
    for (const [name, channel] of [['第一報を作成', 'ファックス'], ['様式第10を作成', '電子報告']]) {
      await safety.goto(path);
      await safety.locator('#reports').getByRole('button', { name }).click();
      await safety.waitForURL(/\/reports\/.+/);
      await settled(safety);
      await fillReport(safety);
      await signAll(safety, approver);
      await send(safety, channel, '送信記録 見本', '医薬品医療機器総合機構（見本）');
    }
    await safety.goto(path);
    await safety.locator('#obligations tr', { hasText: '履行済み' }).nth(1).waitFor();
  });

  // ---- The yearly form 12 of a product whose period ended ten days ago
  await step('the yearly form 12: from the cycle of the product, with a table filled by pasting', safety, async () => {
    const approved = dayBefore(10).replace(/^\d{4}/, (y) => String(Number(y) - 3));
    const made = await safety.evaluate(async (licensed_on) => {
      const r = await fetch('/api/products', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ brand_name: '見本モニタ PM-20', generic_name: '多機能モニタ', jmdn_code: '36872000', class: 'II', connectivity: ['wired'], route: 'certification', licence_number: '230AABZX00000000', licensed_on, designated: 'no' }) });
      return r.json();
    }, approved);
    assert.ok(made.id, JSON.stringify(made));
    await safety.goto(`/products/${made.id}`);
    await settled(safety);
    const row = safety.locator('#obligations tr', { hasText: '様式第12' }).filter({ hasNotText: '期間中' }).first();
    await row.getByRole('button', { name: '様式第12を作成' }).click();
    await safety.waitForURL(/\/reports\/.+/);
    await settled(safety);
    await setField(safety, 'occurrence', 'some');
    const cell = safety.locator('#field-counts table.entry input').first();
    await stored(safety, () => cell.evaluate((e) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', '送信の停止\t2\t5\r\n表示の遅延\t1\t1\r\n');
      e.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }));
    const cells = () => safety.locator('#field-counts table.entry input').evaluateAll((all) => all.map((e) => e.value).join('|'));
    assert.equal(await cells(), '送信の停止|2|5|表示の遅延|1|1|||');
    await cell.press('Enter');
    assert.equal(await safety.evaluate(() => document.activeElement.value), '表示の遅延', 'Enter goes to the next row');
    await clean(safety, 'table of a report');
    await shot(safety, 'story-table');
    await fillReport(safety, { shipped: '120', shipped_total: '900' });
    await signAll(safety, approver);
    await send(safety, '電子報告', '受付番号 見本-12', '医薬品医療機器総合機構（見本）');
    await safety.goto(`/products/${made.id}`);
    await safety.locator('#obligations').getByText('履行済み').first().waitFor();
  });

  await step('the register finds them by form and deadline, and hands itself out', safety, async () => {
    await safety.goto('/reports');
    await safety.getByText(/全 6 件|6 件/).first().waitFor();
    await safety.getByLabel('様式', { exact: true }).selectOption({ label: '第一報' });
    await safety.getByText(/2 件/).first().waitFor();
    await safety.waitForURL(/form=firstreport/);
    for (const [name, starts] of [['XLSXで出力', 'PK'], ['CSVで出力', '\ufeff']]) {
      const download = safety.waitForEvent('download');
      await safety.getByRole('link', { name }).click();
      assert.ok(readFileSync(await (await download).path(), 'utf8').startsWith(starts), name);
    }
    await safety.getByLabel('様式', { exact: true }).selectOption('');
    await safety.getByLabel('期限', { exact: true }).selectOption({ label: '期限後' });
    await safety.waitForURL(/due=late/);
  });

  await step('an administrator imports a code list; a form with mistakes is refused line by line', admin, async () => {
    await admin.goto('/settings');
    await admin.locator('#terms input[type=file]').setInputFiles(terms);
    await admin.locator('#terms').getByText('版を先に入れてください').waitFor();
    await admin.locator('#terms').getByLabel('版').fill('2024');
    await admin.locator('#terms input[type=file]').setInputFiles(terms);
    await admin.locator('#terms').getByText(/3 件を加え/).waitFor();
    await admin.locator('#forms input[type=file]').setInputFiles({ name: 'form8.yaml', mimeType: 'text/yaml', buffer: Buffer.from('form: pmda/form8\nedition: "2027"\nheading: 別紙様式第8\nfields:\n  - number: "1-1"\n    key: Bad Key\n    type: text\n') });
    await admin.locator('#forms [role=alert]').getByText(/問題が \d+ 件あります/).waitFor();
    await admin.locator('#forms [role=alert]').getByText('5 行目').first().waitFor();
  });

  await step('a term is found by Japanese and by code, cyber-relevant first', safety, async () => {
    await safety.goto(casePath);
    await safety.locator('#reports').getByRole('link', { name: /様式第8/ }).click();
    await safety.waitForURL(/\/reports\/.+/);
    await button(safety, '次の報を作る').click();
    await dialog(safety).getByRole('button', { name: /第\d報を作る/ }).click();
    await dialog(safety).waitFor({ state: 'hidden' });
    const picker = safety.getByRole('combobox', { name: '不具合の用語の用語を検索' });
    await picker.click();
    assert.match(await safety.locator('[role=listbox] [role=option]').first().innerText(), /A1105/, 'what matters for cybersecurity stands first');
    await picker.fill('破損');
    await safety.getByRole('option', { name: /A0401/ }).waitFor();
    await picker.fill('A1105');
    const answered = safety.waitForResponse((r) => r.url().includes('/values') && r.request().method() === 'PUT');
    await safety.getByRole('option', { name: /A1105/ }).click();
    await answered;
    assert.match(await safety.locator('#field-malfunction_term input').first().inputValue(), /^A1105 /);
  });

  await step('the audit trail of the case: who did what, before and after', safety, async () => {
    await safety.goto(casePath);
    await settled(safety);
    await button(safety, '監査証跡').click();
    const drawer = dialog(safety);
    await drawer.getByText('報告要否判断を確定').first().waitFor();
    for (const action of ['異なる判断に署名（二人目）', '起算日を変更', '報告要否判断を提案']) await drawer.getByText(action).first().waitFor();
    await drawer.getByText('事案を開始').waitFor();
    await drawer.locator('li', { hasText: '異なる判断に署名（二人目）' }).getByRole('button', { name: '内容を見る' }).click();
    await drawer.locator('table.diff').first().waitFor();
    const fact = drawer.locator('li', { hasText: '事実を回答' }).filter({ hasText: '予測できない' }).first();
    await fact.getByRole('button', { name: '内容を見る' }).click();
    await fact.getByText('予測できない').first().waitFor();
    const shown = await drawer.locator('table.diff:visible').allInnerTexts();
    assert.ok(!/in_review|predictability|[0-9a-f]{8}-[0-9a-f]{4}-7/.test(shown.join('\n')), `no words of the program: ${shown.join('\n')}`);
  });

  await step('the whole ledger is verified', safety, async () => {
    await safety.keyboard.press('Escape');
    await safety.goto('/ledger');
    await safety.getByRole('button', { name: '義務の履行を記録' }).first().click();
    await dialog(safety).getByText('履行済み').waitFor();
    assert.match(await dialog(safety).innerText(), /\d\d:\d\d:\d\d JST/, 'times to the second, with their zone');
    await safety.keyboard.press('Escape');
    await dialog(safety).waitFor({ state: 'hidden' });
    await button(safety, '改ざんがないか検証').click();
    await safety.getByText(/件すべて正しいことを確認しました/).waitFor();
  });

  await step('Ctrl K finds the product; ? shows the keys', safety, async () => {
    await safety.keyboard.press('Control+k');
    await dialog(safety).getByRole('combobox').fill('輸液ポンプ');
    await dialog(safety).getByRole('option', { name: /見本輸液ポンプ MP-300/ }).first().waitFor();
    await clean(safety, 'search');
    await safety.keyboard.press('Enter');
    await safety.waitForURL(/\/(products|releases|cases|intakes|reports)\/.+/);
    await settled(safety);
    await safety.keyboard.press('?');
    await dialog(safety).getByText('キーボード操作').waitFor();
  });

  await step('what changed since yesterday: why, how fresh the sources are, and looked through', safety, async () => {
    await safety.keyboard.press('Escape');
    await safety.goto('/changes');
    await safety.getByRole('heading', { name: '昨日からの変化', exact: true }).waitFor();
    await safety.getByRole('button', { name: 'ここまで確認済みにする' }).click();
    await safety.getByText('までを確認済みにしました').waitFor();
  });

  await step('English is remembered with the account', safety, async () => {
    await safety.keyboard.press('Escape');
    await safety.goto('/');
    const stored = safety.waitForResponse((r) => r.url().endsWith('/api/me'));
    await safety.locator('.head label', { hasText: 'English' }).click();
    await stored;
    await safety.getByRole('heading', { name: 'Today', exact: true }).waitFor();
    const elsewhere = await person({ lang: 'ja' });
    await elsewhere.goto('/');
    await elsewhere.locator('input[type=email]').fill('safety@example.jp');
    await elsewhere.locator('input[type=password]').fill(password);
    await elsewhere.locator('button[type=submit]').click();
    await elsewhere.getByRole('heading', { name: 'Today', exact: true }).waitFor();
    assert.equal(await elsewhere.evaluate(() => document.documentElement.lang), 'en');
  });

  await step('the case prints on A4 without navigation', safety, async () => {
    await safety.goto(casePath);
    await settled(safety);
    await safety.emulateMedia({ media: 'print' });
    assert.equal(await safety.locator('.nav').isVisible(), false);
    await safety.pdf({ path: join(artifacts, 'story-case-print.pdf'), format: 'A4', preferCSSPageSize: true });
    await safety.emulateMedia({ media: 'screen' });
  });

  assert.deepEqual(windows.flatMap((w) => w.complaints), [], 'the pages ran without errors, and asked no other host');
  console.log(`all ${number} steps passed; pictures are in ${artifacts}`);
} catch (e) {
  console.error(`FAILED in step ${number}:`, e);
  console.error(windows.flatMap((w) => w.complaints).join('\n'));
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.stop();
}
