#!/usr/bin/env python3
"""Uploads generated SBOMs with graph, hashes and licences to a real server over
HTTP, with 30,000 records to match and the ledger on, and prints time and the
peak of resident memory of the server: bench-sbom.py [BINARY [COMPONENTS...]].
Talks to loopback only and removes everything it wrote.
"""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

binary = sys.argv[1] if len(sys.argv) > 1 else "bin/mimamori"
sizes = [int(n) for n in sys.argv[2:]] or [3_000, 30_000, 300_000]
work = tempfile.mkdtemp()


def records(path):
    """OSV records of npm packages; every tenth concerns the version below."""
    with open(path, "w") as out:
        for i in range(30_000):
            fixed = "9.0.0" if i % 10 == 0 else "0.5.0"
            out.write(json.dumps({"id": f"BENCH-{i}", "modified": "2026-01-01T00:00:00Z", "affected": [{
                "package": {"ecosystem": "npm", "name": f"@scope{i % 997}/name{i}"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]}) + "\n")


def sbom(path, n):
    """A CycloneDX document of n components with what real tools write for each."""
    def ref(i):
        return f"pkg:npm/%40scope{i % 997}/name{i}@1.{i % 50}.0"
    with open(path, "w") as out:
        out.write('{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"device","bom-ref":"device","name":"monitor","version":"1"}},"components":[')
        for i in range(n):
            out.write(("," if i else "") + json.dumps({
                "bom-ref": ref(i), "type": "library", "group": f"@scope{i % 997}", "name": f"name{i}", "version": f"1.{i % 50}.0",
                "publisher": f"Publisher {i % 313}", "description": "A component of some length, as registries have them, with one sentence.",
                "scope": "required", "hashes": [{"alg": "SHA-512", "content": f"{i:0128x}"}], "licenses": [{"license": {"id": "MIT"}}], "purl": ref(i),
                "externalReferences": [{"type": "distribution", "url": f"https://registry.example/name{i}/-/name{i}-1.0.0.tgz"}]}))
        out.write('],"dependencies":[')
        out.write(json.dumps({"ref": "device", "dependsOn": [ref(i) for i in range(0, n, 100)]}))
        for i in range(n):
            below = sorted({ref(j) for j in (i + 1, i * 7 + 3) if i < j < n})
            out.write("," + json.dumps({"ref": ref(i), "dependsOn": below}))
        out.write("]}")


class Server:
    def __init__(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.log = open(os.path.join(work, "log"), "w+")
        self.process = subprocess.Popen([binary, "serve", "--data", os.path.join(work, "data"), "--listen", f"127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)
        self.cookie = ""
        for _ in range(300):
            self.log.seek(0)
            if token := re.search(r"token=(\S+)", self.log.read()):
                break
            time.sleep(0.1)
        else:
            raise SystemExit("the server printed no link to set it up")
        self.ready()
        self.ask("POST", "/api/setup", {"token": token[1], "name": "Bench", "email": "bench@example.jp", "password": "a long enough password 12"})

    def ask(self, method, path, body=None, file=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=900)
        headers = {"Cookie": self.cookie, "Content-Type": "application/octet-stream" if file else "application/json", "Sec-Fetch-Site": "same-origin"}
        c.request(method, path, body=open(file, "rb") if file else json.dumps(body) if body is not None else None,
                  headers=headers | ({"Content-Length": str(os.path.getsize(file))} if file else {}))
        answer = c.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:500]!r}")
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return json.loads(text) if text else None

    def ready(self):
        for _ in range(300):
            try:
                return self.ask("GET", "/api/session")
            except OSError:
                time.sleep(0.1)

    def processor(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(name + r":\s+(\d+)", status.read())[1]) // 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


try:
    records(os.path.join(work, "osv.jsonl"))
    for n in sizes:
        file = os.path.join(work, f"{n}.cdx.json")
        sbom(file, n)
        server = Server()
        server.ask("POST", "/api/imports?name=osv.jsonl&kind=osv", file=os.path.join(work, "osv.jsonl"))
        for _ in range(600):
            if server.ask("GET", "/api/imports")["items"][0]["state"] not in ("queued", "running"):
                break
            time.sleep(0.5)
        product = server.ask("POST", "/api/products", {"brand_name": "monitor", "generic_name": "monitor", "route": "approval", "class": "II"})
        release = server.ask("POST", f"/api/products/{product['id']}/releases", {"version": "1"})
        server.stop()
        server_port, cookie = server.port, server.cookie
        # A fresh process: the peak is that of the upload alone.
        server.process = subprocess.Popen([binary, "serve", "--data", os.path.join(work, "data"), "--listen", f"127.0.0.1:{server_port}"], stdout=server.log, stderr=server.log)
        server.ready()
        begun, processor = time.time(), server.processor()
        up = server.ask("POST", f"/api/releases/{release['id']}/sbom?name=bench.cdx.json", file=file)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"{n:>8,} components, {up['sbom']['about']['dependencies']:>8,} dependencies, {os.path.getsize(file) >> 20:>4} MB: "
              f"{time.time() - begun:6.2f} s ({server.processor() - processor:.1f} s of processor time) to {up['findings']['opened']:,} findings, {server.memory('VmHWM')} MB at most", flush=True)
        for path in ("components?from=0&limit=200", f"components?from={n - 200}&limit=200", "components?sort=findings&limit=200", "components?q=name29&limit=200",
                     "tree", "tree/search?q=name29", f"components/{n // 2}"):
            begun = time.time()
            answer = server.ask("GET", f"/api/sboms/{up['sbom']['id']}/{path}")
            print(f"         {path:<40} {(time.time() - begun) * 1000:7.0f} ms {len(json.dumps(answer)) // 1024:>6} KB")
        server.stop()
        shutil.rmtree(os.path.join(work, "data"))
finally:
    shutil.rmtree(work, ignore_errors=True)
