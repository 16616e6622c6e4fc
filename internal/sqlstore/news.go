package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// news is what one write changes about vulnerabilities that touch the fleet. It
// is gathered where it happens and stored at the end of the write, when the
// entries of the ledger say what caused it.
type news struct {
	findings map[string]findingNews        // by finding
	groups   map[string]groupNews          // by vulnerability
	records  map[string][]app.RecordChange // by vulnerability
	joined   map[string]int                // by vulnerability: groups that were joined to it
}

// findingNews is how a finding changed over the whole write.
type findingNews struct{ change, was, class string }

// groupNews is how the vulnerability itself changed.
type groupNews struct {
	exploited, rose bool
	was             string // severity
}

func newNews() *news {
	return &news{findings: map[string]findingNews{}, groups: map[string]groupNews{}, records: map[string][]app.RecordChange{}, joined: map[string]int{}}
}

// finding notes a change of a finding. A write may change it more than once:
// what counts is the difference between its beginning and its end.
func (n *news) finding(id, change, was, class string) {
	before, again := n.findings[id]
	if !again {
		n.findings[id] = findingNews{change, was, class}
		return
	}
	open := change != "closed"
	switch first := before.change; {
	case first == "opened" && open:
		n.findings[id] = findingNews{"opened", "", class}
	case first == "reopened" && open:
		n.findings[id] = findingNews{"reopened", before.was, class}
	case first == "opened", first == "reopened", first == "closed" && open && class == before.was, first == "class" && open && class == before.was:
		delete(n.findings, id) // as if nothing had been
	case open:
		n.findings[id] = findingNews{"class", before.was, class}
	default:
		n.findings[id] = findingNews{"closed", before.was, class}
	}
}

// group notes what changed about a vulnerability that has findings.
func (n *news) group(was, is app.Vulnerability) {
	g := groupNews{exploited: is.KEV && !was.KEV, was: was.Severity}
	was.KEV, is.KEV = false, false
	g.rose = priorityOf(is) > priorityOf(was) && is.Severity != ""
	if g.exploited || g.rose {
		n.groups[is.ID] = g
	}
}

// record notes a record of a source that is new or changed.
func (n *news) record(a app.Advisory, known, wasWithdrawn bool) {
	how := "new"
	switch withdrawn := !a.WithdrawnAt.IsZero(); {
	case withdrawn && !wasWithdrawn:
		how = "withdrawn"
	case wasWithdrawn && !withdrawn:
		how = "restored"
	case known:
		how = "changed"
	}
	n.records[a.VulnerabilityID] = append(n.records[a.VulnerabilityID], app.RecordChange{Source: a.Source, Record: a.RecordID, How: how})
}

// join notes that a group was joined to an older one.
func (n *news) join(younger, older string) {
	n.joined[older] += 1 + n.joined[younger]
	delete(n.joined, younger)
	n.records[older] = append(n.records[older], n.records[younger]...)
	delete(n.records, younger)
}

// maxNewsRecords is how many records a change of one vulnerability lists.
const maxNewsRecords = 20

// vulnerabilityNews is one row.
type vulnerabilityNews struct {
	id                                  string
	opened, reopened, closed, reclassed int
	groupNews
	withdrawn, joined int
	records           []app.RecordChange
}

// store writes what was gathered.
func (n *news) store(ctx context.Context, w writer, entries []ledger.Entry, at time.Time) error {
	groups := map[string]*vulnerabilityNews{}
	of := func(group string) *vulnerabilityNews {
		if groups[group] == nil {
			groups[group] = &vulnerabilityNews{id: ident.New()}
		}
		return groups[group]
	}
	changed, err := n.findingRows(ctx, w, of)
	if err != nil {
		return err
	}
	for id, g := range n.groups {
		of(id).groupNews = g
	}
	if err := n.touching(ctx, w, of); err != nil {
		return err
	}
	if len(groups) == 0 {
		return nil
	}
	cause := causeOf(entries)
	var rows []row
	for _, group := range sortedKeys(groups) {
		v := groups[group]
		for _, r := range n.records[group] {
			if r.How == "withdrawn" {
				v.withdrawn++
			}
		}
		v.records, v.joined = n.records[group][:min(len(n.records[group]), maxNewsRecords)], n.joined[group]
		severity := ""
		if v.rose {
			severity = v.was
		}
		rows = append(rows, row{
			{"id", &v.id},
			{"at", instant{&at}},
			{"vulnerability_id", &group},
			{"opened", &v.opened},
			{"reopened", &v.reopened},
			{"closed", &v.closed},
			{"reclassed", &v.reclassed},
			{"exploited", &v.exploited},
			{"rose", &v.rose},
			{"severity_was", &severity},
			{"withdrawn", &v.withdrawn},
			{"joined", &v.joined},
			{"records", listOf(&v.records)},
			{"cause", nested[app.ChangeCause]{&cause}},
		})
	}
	if err := w.insert(ctx, "vulnerability_changes", rows...); err != nil {
		return err
	}
	return w.insert(ctx, "finding_changes", changed...)
}

// findingRows returns the rows of the findings that changed, and counts them
// for their vulnerabilities as they are at the end of the write.
func (n *news) findingRows(ctx context.Context, w writer, of func(string) *vulnerabilityNews) ([]row, error) {
	var rows []row
	err := inChunks(sortedKeys(n.findings), func(part []string) error {
		condition, args := in("id", part)
		var id, group, release, product string
		shape := row{{"id", &id}, {"vulnerability_id", &group}, {"release_id", &release}, {"product_id", &product}}
		return w.each(ctx, shape, "FROM findings WHERE "+condition+" ORDER BY id", args, func() error {
			f, v := n.findings[id], of(group)
			switch f.change {
			case "opened":
				v.opened++
			case "reopened":
				v.reopened++
			case "closed":
				v.closed++
			default:
				v.reclassed++
			}
			rows = append(rows, findingChangeRow(v.id, id, release, product, f))
			return nil
		})
	})
	return rows, err
}

func findingChangeRow(change, id, release, product string, f findingNews) row {
	return row{
		{"change_id", &change},
		{"finding_id", &id},
		{"release_id", &release},
		{"product_id", &product},
		{"change", &f.change},
		{"class", &f.class},
		{"was", &f.was},
	}
}

// touching adds the vulnerabilities with findings whose records were withdrawn
// or that another group was joined to.
func (n *news) touching(ctx context.Context, w writer, of func(string) *vulnerabilityNews) error {
	asked := map[string]bool{}
	for group, records := range n.records {
		if slices.ContainsFunc(records, func(r app.RecordChange) bool { return r.How == "withdrawn" || r.How == "restored" }) {
			asked[group] = true
		}
	}
	for group := range n.joined {
		asked[group] = true
	}
	return inChunks(sortedKeys(asked), func(part []string) error {
		condition, args := in("vulnerability_id", part)
		ids, err := w.texts(ctx, "DISTINCT vulnerability_id", "FROM findings WHERE "+condition, args...)
		for _, id := range ids {
			of(id)
		}
		return err
	})
}

// causeOf is the entry that the changes of findings follow from.
func causeOf(entries []ledger.Entry) app.ChangeCause {
	for _, e := range entries {
		if !strings.HasPrefix(e.Action, "finding.") {
			return app.ChangeCause{Action: e.Action, Subject: e.Subject, Parents: e.Parents, By: e.Actor.Name}
		}
	}
	return app.ChangeCause{}
}

// findingState is what of a finding can change when groups are joined.
type findingState struct{ state, class string }

func (w writer) findingStates(ctx context.Context, groups ...string) (map[string]findingState, error) {
	condition, args := in("vulnerability_id", groups)
	out := map[string]findingState{}
	var id string
	var f findingState
	err := w.each(ctx, row{{"id", &id}, {"state", &f.state}, {"class", &f.class}}, "FROM findings WHERE "+condition, args, func() error {
		out[id] = f
		return nil
	})
	return out, err
}

// newsOfMerge notes the findings that changed when a group was joined to an
// older one: of two for the same part one stays.
func (w writer) newsOfMerge(ctx context.Context, older, younger string, before map[string]findingState) error {
	if len(before) == 0 {
		return nil
	}
	after, err := w.findingStates(ctx, older, younger)
	for id, is := range after {
		was := before[id]
		switch {
		case was.state == is.state && (was.class == is.class || is.state == "closed"):
		case was.state == is.state:
			w.news.finding(id, "class", was.class, is.class)
		case is.state == "closed":
			w.news.finding(id, "closed", was.class, is.class)
		default:
			w.news.finding(id, "reopened", was.class, is.class)
		}
	}
	return err
}
