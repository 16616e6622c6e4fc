// Opens every page on the sample data, in both languages and schemes and several widths (640 is 1280 at 200 %), keeps a picture of
// each and runs axe: no serious or critical violation, no script error, no request to another host.
//
//   npm run gallery [-- --bin ../bin/mimamori] [--only cases] [--quick]
import { acceptLink, axe, launch, openWindow, option, settled, shot, startServer } from './browser.mjs';

const password = 'correct horse battery';
const server = await startServer({ demo: true });
const browser = await launch();
let failures = 0;
const fail = (text) => { failures++; console.log(`  FAILED ${text}`); };

async function first(page, path) {
  const list = await page.evaluate(async (p) => (await fetch(`/api${p}`)).json(), path);
  return list.items[0]?.id;
}

try {
  const admin = await openWindow(browser, server.base);
  await acceptLink(admin.page, server.links.get('admin@sample.example'), password);
  const { page } = await openWindow(browser, server.base);
  await acceptLink(page, server.links.get('safety@sample.example'), password);
  const [product, release, site, vulnerability, finding, intake, run] = await Promise.all(['/products?sort=brand_name', '/releases', '/sites', '/vulnerabilities?touching=yes&sort=-findings', '/findings', '/intakes', '/imports'].map((p) => first(page, p)));
  const cases = await page.evaluate(async () => (await (await fetch('/api/cases')).json()).items);
  const reports = await page.evaluate(async () => (await (await fetch('/api/reports')).json()).items);
  const determinations = await page.evaluate(async (ids) => Promise.all(ids.map(async (id) => (await (await fetch(`/api/cases/${id}`)).json()).determinations[0]?.id)), cases.map((c) => c.id));
  const pages = [
    ['today', '/'], ['intakes', '/intakes'], ['intake-new', '/intakes/new'], ['intake', `/intakes/${intake}`], ['cases', '/cases'],
    ...cases.map((c, i) => [`case-${i + 1}`, `/cases/${c.id}`]),
    ...determinations.slice(0, 3).map((id, i) => [`determination-${i + 1}`, `/determinations/${id}`]), ['law', '/law'], ['law-found', '/law?q=228'], ['reading', '/readings/R-009'],
    ['vulnerabilities', '/vulnerabilities'], ['vulnerability', `/vulnerabilities/${vulnerability}`], ['findings', '/findings?state=open'], ['finding', `/findings/${finding}`],
    ['products', '/products'], ['product-new', '/products/new'], ['product', `/products/${product}`], ['product-edit', `/products/${product}/edit`], ['release', `/releases/${release}`],
    ['sites', '/sites'], ['site', `/sites/${site}`], ['reports', '/reports'], ...reports.slice(0, 3).map((r, i) => [`report-${i + 1}`, `/reports/${r.id}`]),
    ['sources', '/sources'], ...(run ? [['import', `/sources/imports/${run}`]] : []), ['changes', '/changes?from=2026-01-01'], ['unmatched', '/unmatched'], ['unmatched-names', '/unmatched/names'], ['unmatched-decisions', '/unmatched/decisions'],
    ['ledger', '/ledger'], ['settings', '/settings'], ['not-found', '/nothing-here'],
  ].filter(([name]) => !option('only') || name.startsWith(option('only')));
  const looks = [
    { lang: 'ja', scheme: 'light', width: 1440 }, { lang: 'en', scheme: 'dark', width: 1280 },
    ...(process.argv.includes('--quick') ? [] : [{ lang: 'ja', scheme: 'dark', width: 1280 }, { lang: 'en', scheme: 'light', width: 834 }, { lang: 'ja', scheme: 'light', width: 640 }]),
  ];
  for (const look of looks) {
    const w = await openWindow(browser, server.base, look);
    await w.page.goto('/');
    await w.page.locator('input[type=email]').fill('safety@sample.example');
    await w.page.locator('input[type=password]').fill(password);
    if (look === looks[0]) { await shot(w.page, 'gallery-sign-in'); for (const v of await axe(w.page)) fail(`sign-in: ${v}`); }
    await w.page.locator('button[type=submit]').click();
    await w.page.locator('.nav').first().waitFor({ state: 'attached' });
    await w.page.evaluate(async (lang) => fetch('/api/me', { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ lang }) }), look.lang);
    for (const [name, path] of pages) {
      const start = Date.now();
      await w.page.goto(path);
      await settled(w.page).catch((e) => fail(`${name}: still loading (${e.message.split('\n')[0]})`));
      console.log(`${look.lang} ${look.scheme} ${look.width} ${name} ${Date.now() - start} ms`);
      await shot(w.page, `gallery-${name}-${look.lang}-${look.scheme}-${look.width}`);
      for (const v of await axe(w.page)) fail(`${name}: ${v}`);
      const wide = await w.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 1) fail(`${name}: ${wide} px wider than the window`);
    }
    if (!option('only')) {
      await w.page.goto('/');
      await w.page.locator('.bell').click();
      await w.page.getByRole('dialog').waitFor();
      await shot(w.page, `gallery-notifications-${look.lang}-${look.scheme}-${look.width}`);
      for (const v of await axe(w.page)) fail(`notifications: ${v}`);
    }
    for (const c of w.complaints) fail(c);
    await w.context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
console.log(failures === 0 ? 'all pages are fine' : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
