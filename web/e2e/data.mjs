// Small inputs of the story. The vulnerability record states facts of a real CVE in own words.
import { createServer } from 'node:http';

export const sbom = {
  name: 'mp-300-3.2.1.cdx.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify({
    bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: 'urn:uuid:6b1f6a3e-0f1c-4c58-9a55-0b7f2f0e7a11', version: 1,
    metadata: { timestamp: '2026-05-01T00:00:00Z', component: { type: 'firmware', 'bom-ref': 'device', name: 'MP-300', version: '3.2.1' } },
    components: [
      { type: 'library', 'bom-ref': 'log4j', group: 'org.apache.logging.log4j', name: 'log4j-core', version: '2.14.1', purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1' },
      { type: 'library', 'bom-ref': 'zlib', name: 'zlib', version: '1.3.1', cpe: 'cpe:2.3:a:zlib:zlib:1.3.1:*:*:*:*:*:*:*' },
      { type: 'firmware', 'bom-ref': 'motor', name: 'モーター制御', version: '7', supplier: { name: '架空モーター工業' } },
    ],
    dependencies: [{ ref: 'device', dependsOn: ['motor', 'zlib'] }, { ref: 'motor', dependsOn: ['log4j'] }, { ref: 'log4j', dependsOn: ['zlib'] }],
  })),
};

export const brokenSbom = { name: 'broken.cdx.json', mimeType: 'application/json', buffer: Buffer.from('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{') };

export const osv = {
  name: 'osv-log4shell.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify({
    schema_version: '1.6.0', id: 'GHSA-jfh8-c2jp-5v3q', aliases: ['CVE-2021-44228'], published: '2021-12-10T00:00:00Z', modified: '2026-05-11T00:00:00Z',
    summary: 'Log4Shell: looked-up names in logged text load remote code',
    details: 'Text that is written to the log is searched for names to look up. A name of the directory kind makes the program load and run code from another host.',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
    affected: [{ package: { ecosystem: 'Maven', name: 'org.apache.logging.log4j:log4j-core', purl: 'pkg:maven/org.apache.logging.log4j/log4j-core' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '2.13.0' }, { fixed: '2.15.0' }] }] }],
  })),
};

/** A statement of a fictional issuer about the component of the SBOM. */
export const vex = {
  name: 'log4j.vex.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'https://vex.example/log4j-1', author: '架空ログ部品', timestamp: '2026-06-01T00:00:00Z', version: 1,
    statements: [{ vulnerability: { name: 'CVE-2021-44228' }, products: [{ '@id': 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1' }], status: 'not_affected', justification: 'vulnerable_code_not_in_execute_path', impact_statement: 'Look-ups are switched off.' }],
  })),
};

/** Records of packages that nobody has, enough to be stopped while they are read. */
export const manyRecords = {
  name: 'osv-many.jsonl',
  mimeType: 'application/json',
  buffer: Buffer.from(Array.from({ length: 60_000 }, (_, i) => JSON.stringify({
    id: `STORY-${i}`, modified: '2026-05-11T00:00:00Z', affected: [{ package: { ecosystem: 'npm', name: `story-${i}` }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.0' }] }] }],
  })).join('\n')),
};

export const photo = { name: '操作パネルの写真.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2, 3]) };

export const kev = {
  name: 'known_exploited_vulnerabilities.json',
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify({
    title: 'Catalogue of known exploited vulnerabilities', catalogVersion: '2026.11.20', dateReleased: '2026-11-20T00:00:00Z', count: 1,
    vulnerabilities: [{ cveID: 'CVE-2021-44228', vendorProject: 'Apache', product: 'Log4j2', vulnerabilityName: 'Log4Shell', dateAdded: '2021-12-10', shortDescription: 'Remote code execution.', requiredAction: 'Update or remove.', dueDate: '2021-12-24', knownRansomwareCampaignUse: 'Known', notes: '' }],
  })),
};

/** Three terms in the shape of a table with codes; names in own words. */
export const terms = {
  name: 'terms.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('code,term_en,term_ja,status\nA0401,Break,破損,\nA1105,Computer System Security Problem,コンピュータシステムのセキュリティの問題,\nE0101,Sample sign,見本の症状,\n'),
};

/** A server that publishes OSV records at /all.jsonl; publish says how many, and unchanged ones are answered as such. */
export async function startPublisher() {
  let records = 0;
  const server = createServer((request, response) => {
    const tag = `"${records}"`;
    if (request.headers['if-none-match'] === tag) { response.writeHead(304).end(); return; }
    const lines = Array.from({ length: records }, (_, i) => JSON.stringify({ id: `PUB-${i}`, modified: '2026-01-01T00:00:00Z', affected: [{ package: { ecosystem: 'npm', name: `published-${i}` } }] }));
    response.writeHead(200, { ETag: tag }).end(lines.join('\n'));
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return { address: `http://127.0.0.1:${server.address().port}/all.jsonl`, publish: (n) => { records = n; }, stop: () => server.close() };
}
