-- +goose Up
-- What one write changed about a vulnerability that touches the fleet: an index for "what changed since", bounded by time.
-- The ledger stays the record. cause and records are JSON; '' where a change is older than this table.
CREATE TABLE vulnerability_changes (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    vulnerability_id TEXT NOT NULL REFERENCES vulnerabilities (id),
    opened BIGINT NOT NULL, -- findings
    reopened BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    reclassed BIGINT NOT NULL,
    exploited BIGINT NOT NULL, -- it became known exploited
    rose BIGINT NOT NULL, -- its severity rose
    severity_was TEXT NOT NULL, -- before a rise, else ''
    withdrawn BIGINT NOT NULL, -- records that their publishers withdrew
    joined BIGINT NOT NULL, -- groups that were joined to it
    records TEXT NOT NULL,
    cause TEXT NOT NULL
);
CREATE INDEX vulnerability_changes_at ON vulnerability_changes (at, vulnerability_id);
CREATE INDEX vulnerability_changes_group ON vulnerability_changes (vulnerability_id, at);

CREATE TABLE finding_changes (
    change_id TEXT NOT NULL REFERENCES vulnerability_changes (id),
    finding_id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    change TEXT NOT NULL, -- opened, reopened, closed, class
    class TEXT NOT NULL,
    was TEXT NOT NULL, -- class before, '' where it was opened
    PRIMARY KEY (change_id, finding_id)
);

-- What the findings themselves still tell of the time before.
INSERT INTO vulnerability_changes (id, at, vulnerability_id, opened, reopened, closed, reclassed, exploited, rose, severity_was, withdrawn, joined, records, cause)
    SELECT 'o:' || vulnerability_id || ':' || first_seen_at, first_seen_at, vulnerability_id, COUNT(*), 0, 0, 0, 0, 0, '', 0, 0, '', ''
    FROM findings GROUP BY vulnerability_id, first_seen_at;
INSERT INTO vulnerability_changes (id, at, vulnerability_id, opened, reopened, closed, reclassed, exploited, rose, severity_was, withdrawn, joined, records, cause)
    SELECT 'c:' || vulnerability_id || ':' || closed_at, closed_at, vulnerability_id, 0, 0, COUNT(*), 0, 0, 0, '', 0, 0, '', ''
    FROM findings WHERE state = 'closed' GROUP BY vulnerability_id, closed_at;
INSERT INTO finding_changes (change_id, finding_id, release_id, product_id, change, class, was)
    SELECT 'o:' || vulnerability_id || ':' || first_seen_at, id, release_id, product_id, 'opened', class, '' FROM findings;
INSERT INTO finding_changes (change_id, finding_id, release_id, product_id, change, class, was)
    SELECT 'c:' || vulnerability_id || ':' || closed_at, id, release_id, product_id, 'closed', class, class FROM findings WHERE state = 'closed';

-- Filters of the list of findings; without them a release's page reads every finding.
CREATE INDEX findings_release ON findings (release_id, state, priority, id);
CREATE INDEX findings_by_class ON findings (state, class, priority, id);
CREATE INDEX findings_precise ON findings (state, priority, id) WHERE precise = 1 AND trusted = 0;
CREATE INDEX findings_exploited ON findings (state, priority, id) WHERE kev = 1;

-- Lists of what changed find these by time.
CREATE INDEX sboms_uploaded ON sboms (uploaded_at, id);

-- By severity, known exploited first: the expression is priorityExpression in priority.go.
CREATE INDEX vulnerabilities_priority ON vulnerabilities
    ((kev * 10 + CASE severity WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN '' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END), id)
    WHERE merged_into IS NULL;
