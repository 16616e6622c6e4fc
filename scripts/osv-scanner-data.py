#!/usr/bin/env python3
"""Writes the OSV records of the test data as osv-scanner's local database, and
the SBOMs under names that it takes: osv-scanner-data.py DATA WORK."""

import gzip
import json
import os
import sys
import tarfile
import zipfile

data, work = sys.argv[1:]
# Ecosystems of the SBOMs without records here: a database must be there all
# the same, and with a record.
EMPTY = ["Alpine:v3.1", "Debian:1", "Ubuntu:1", "npm", "Maven", "RubyGems", "Packagist", "NuGet", "Red Hat", "Rocky Linux", "AlmaLinux",
         "SUSE", "openSUSE", "Wolfi", "Chainguard", "Photon OS", "Mageia", "openEuler", "Azure Linux"]

archives = {}


def write(ecosystem, name, record):
    base = ecosystem.split(":")[0]
    if base not in archives:
        for program in ("osv-scanner", "osv-scalibr"):
            os.makedirs(f"{work}/records/{program}/{base}", exist_ok=True)
        archives[base] = zipfile.ZipFile(f"{work}/records/osv-scanner/{base}/all.zip", "w", zipfile.ZIP_DEFLATED)
    archives[base].writestr(name + ".json", record)


for kind in ("go", "pypi", "rustsec", "bitnami"):
    for line in gzip.open(f"{data}/vuln/osv-{kind}.jsonl.gz"):
        record = json.loads(line)
        for ecosystem in sorted({a.get("package", {}).get("ecosystem", "").split(":")[0] for a in record.get("affected", [])} - {""}):
            write(ecosystem, record["id"], line)
for ecosystem in EMPTY:
    write(ecosystem, "X-0", json.dumps({"id": "X-0", "modified": "2024-01-01T00:00:00Z",
                                        "affected": [{"package": {"ecosystem": ecosystem, "name": "no-such-package"}, "versions": ["0"]}]}))
for base, archive in archives.items():
    archive.close()
    os.link(f"{work}/records/osv-scanner/{base}/all.zip", f"{work}/records/osv-scalibr/{base}/all.zip")

os.makedirs(f"{work}/sboms", exist_ok=True)
with tarfile.open(f"{data}/sbom/container-spdx-trivy.tar.gz") as sboms:
    for member in sboms:
        name = os.path.basename(member.name)
        if member.isfile() and name.endswith(".json"):
            with open(f"{work}/sboms/{name[:-5]}.spdx.json", "wb") as out:
                out.write(sboms.extractfile(member).read())
