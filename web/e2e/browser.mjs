// What the browser tests share: the server under test, Chromium, screenshots and the accessibility check.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const here = import.meta.dirname;
export const artifacts = resolve(process.env.ARTIFACTS ?? join(here, '../../artifacts'));
mkdirSync(artifacts, { recursive: true });
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Value of --name on the command line. */
export function option(name) {
  const at = process.argv.indexOf(`--${name}`);
  return at >= 0 ? process.argv[at + 1] : undefined;
}

/** Starts bin/mimamori on a free port with an empty folder of its own. links maps what the terminal printed, by e-mail ("" for the first administrator). */
export async function startServer({ demo = false } = {}) {
  const bin = resolve(option('binary') ?? option('bin') ?? join(here, '../../bin/mimamori'));
  if (!existsSync(bin)) throw new Error(`${bin} is missing: run "make build" first`);
  const data = mkdtempSync(join(tmpdir(), 'mimamori-e2e-'));
  const port = await freePort();
  let child;
  let output = '';
  const links = new Map();
  const read = (chunk) => {
    output += chunk;
    for (const m of output.matchAll(/^Set-up link: (\S+)$/gm)) links.set('', m[1]);
    for (const m of output.matchAll(/([^()\s]+@[^()\s]+)\s+(\S+\/setup\?token=\S+)$/gm)) links.set(m[1], m[2]);
  };
  const run = () => {
    child = spawn(bin, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...(demo ? ['--demo'] : [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  };
  run();
  const base = `http://127.0.0.1:${port}`;
  const end = async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  };
  const stop = async () => {
    await end();
    rmSync(data, { recursive: true, force: true });
  };
  /** Ends the program and starts it again on the same data, as after a night. */
  const restart = async () => {
    await end();
    run();
    for (let i = 0; i < 150 && !await fetch(`${base}/healthz`).then((r) => r.ok, () => false); i++) await new Promise((done) => setTimeout(done, 200));
  };
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output}`);
    if (links.size > 0 && await fetch(`${base}/healthz`).then((r) => r.ok, () => false)) return { base, links, stop, restart, output: () => output };
    await new Promise((done) => setTimeout(done, 200));
  }
  await stop();
  throw new Error(`the server did not start within a minute:\n${output}`);
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
  });
}

export function launch() {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!executablePath) throw new Error('Chromium is missing: install it (apt-get install chromium) or name it in $CHROMIUM');
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A window of one person. Everything the page does wrong is noted in complaints: script errors, refused content, requests to other hosts. */
export async function openWindow(browser, base, { lang = 'ja', scheme = 'light', width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({ baseURL: base, locale: lang === 'ja' ? 'ja-JP' : 'en-GB', timezoneId: 'Asia/Tokyo', colorScheme: scheme, viewport: { width, height }, reducedMotion: 'reduce', acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on('pageerror', (e) => complaints.push(`script error: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error' && !/status of (401|404|409|422)/.test(m.text())) complaints.push(`console: ${m.text()}`); });
  page.on('request', (r) => { if (!r.url().startsWith(base) && !/^(data|blob|about):/.test(r.url())) complaints.push(`request to another host: ${r.url()}`); });
  return { context, page, complaints };
}

/** Waits until nothing is loading any more. */
export async function settled(page) {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForFunction(() => !document.querySelector('main [aria-busy=true], .mantine-Skeleton-root'), undefined, { timeout: 10_000 });
  await page.evaluate(() => document.fonts.ready);
}

export async function shot(page, name, { full = true } = {}) {
  await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: full });
}

/** Serious and critical violations that axe finds, one line each. */
export async function axe(page) {
  // Evaluated through the debugger, so the page's own script policy stays as strict as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id} (${v.impact}): ${v.help}\n      ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('\n      ')}`);
}

/** Sets the password of a one-time link and signs in. */
export async function acceptLink(page, link, password) {
  await page.goto(new URL(link).pathname + new URL(link).search);
  const fields = page.locator('input[autocomplete=new-password]');
  await fields.first().fill(password);
  await fields.nth(1).fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((u) => u.pathname === '/');
}
