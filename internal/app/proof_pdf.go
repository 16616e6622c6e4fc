package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"mimamori/internal/casefile"
	"mimamori/internal/fault"
	"mimamori/internal/render"
	"mimamori/internal/rule"
)

// DeterminationPDF returns the proof of a determination as a PDF in Japanese
// ("ja") or English ("en"). The answer, its facts and its rules come from the
// record; only their labels are those of the rulebooks in force, and an id stands
// where these no longer have one. The same record, signatures, company and state of
// open values give the same bytes.
func (a *App) DeterminationPDF(ctx context.Context, id, lang string) (File, error) {
	d, err := a.Store.Determination(ctx, id)
	if err != nil {
		return File{}, err
	}
	if a.Renderer == nil {
		return File{}, fault.New(fault.Conflict, "this program was built without fonts and cannot draw PDFs: build it with make build")
	}
	doc, err := a.proofOf(ctx, d, lang)
	if err != nil {
		return File{}, err
	}
	content, err := a.Renderer.Proof(doc)
	return File{Name: fmt.Sprintf("%s-%d-%s.pdf", doc.Case, d.Version, lang), Content: content}, err
}

// proofOf gathers what the proof of a determination shows.
func (a *App) proofOf(ctx context.Context, d casefile.Determination, lang string) (render.ProofDoc, error) {
	joined, err := readRecord(d)
	if err != nil {
		return render.ProofDoc{}, err
	}
	set, err := setValues(ctx, a.Store)
	if err != nil {
		return render.ProofDoc{}, err
	}
	w := proofWriter{law: a.Law, lang: lang, set: set}
	doc := render.ProofDoc{
		Lang: lang, AwareOn: d.AwareOn,
		Version: d.Version, Status: string(d.Status), Superseded: d.Superseded, MadeBy: d.MadeBy, MadeAt: d.MadeAt, Comment: d.Comment,
		Facts: w.facts(joined), Rules: w.rules(joined.Answer.Proof), Duties: w.duties(joined), Books: w.books(joined.Law),
		Digest: d.Digest, Replay: "mimamori decide --replay " + d.ID,
		Answer: render.ProofAnswer{
			Result: rule.Result(d.Result), Form: d.Form, TermDays: d.TermDays, Periodic: d.Periodic, DueOn: d.DueOn, LastOfficeDay: a.lastOfficeDay(d.DueOn),
			FirstReport: d.FirstReport, NamedPerson: joined.Answer.Governing != nil && joined.Answer.Governing.NamedPerson,
			Items: w.items(d.Items, joined.Answer.Proof), Worlds: joined.Answer.Worlds,
		},
	}
	if o := d.Override; o != nil {
		doc.Override = &render.ProofOverride{
			Result: rule.Result(o.Result), Form: o.Form, DueOn: o.DueOn, LastOfficeDay: a.lastOfficeDay(o.DueOn), FirstReport: o.FirstReport, Reason: o.Reason,
		}
	}
	vulnerability, err := a.addMatter(ctx, &doc, d.CaseID)
	if err != nil {
		return doc, err
	}
	if joined.Notice != nil {
		doc.Notice = w.notice(*joined.Notice, vulnerability)
	}
	view, err := viewDetermination(ctx, a.Store, d)
	for _, s := range view.Signatures {
		doc.Signatures = append(doc.Signatures, render.ProofSignature{Meaning: s.Meaning, Name: s.Name, At: s.At, Digest: s.Digest})
	}
	if r := view.Refused; r != nil {
		doc.Refused = &render.ProofRefusal{By: r.By, At: r.At, Reason: r.Reason}
	}
	return doc, err
}

// addMatter adds whose case it is and what it is about, and returns the name of
// its vulnerability, "" when it has none.
func (a *App) addMatter(ctx context.Context, doc *render.ProofDoc, caseID string) (vulnerability string, err error) {
	c, err := a.Store.Case(ctx, caseID)
	if err != nil {
		return "", err
	}
	product, err := a.Store.Product(ctx, c.ProductID)
	if err != nil {
		return "", err
	}
	holder, err := a.Holder(ctx)
	if err != nil {
		return "", err
	}
	doc.Company, doc.Case, doc.CaseTitle, doc.Product = holder.Name, c.Number, c.Title, product.BrandName
	if c.ReleaseID != "" {
		release, err := a.Store.Release(ctx, c.ReleaseID)
		if err != nil {
			return "", err
		}
		doc.Release = release.Version
	}
	if c.VulnerabilityID == "" {
		return "", nil
	}
	v, err := a.Store.Vulnerability(ctx, c.VulnerabilityID)
	return v.Name, err
}

// proofWriter puts a record into the words of one language.
type proofWriter struct {
	law  *rule.Law
	lang string
	set  map[string]setValue // open values that somebody set
}

// fact shows what is known of a fact; f is nil when the law no longer asks it.
func (w proofWriter) fact(id string, f *rule.Fact, known rule.Known) render.ProofFact {
	out := render.ProofFact{Label: id, Values: known.Values, Evidence: known.Evidence, By: known.By, At: known.At}
	if f == nil {
		return out
	}
	out.Label, out.Values = f.Label.In(w.lang), nil
	if len(known.Values) == len(f.Values) {
		return out // all of them: unknown
	}
	for _, id := range known.Values {
		value := id
		for _, v := range f.Values {
			if v.ID == id {
				value = v.Label.In(w.lang)
			}
		}
		out.Values = append(out.Values, value)
	}
	return out
}

// facts lists what is known about the report in the order of the law, and what
// is not known where it matters; then what the law no longer asks. What duty
// rulebooks ask themselves stands with their duties.
func (w proofWriter) facts(j rule.Joined) []render.ProofFact {
	rest := maps.Clone(j.Situation)
	for _, d := range w.law.CaseDuties {
		for _, f := range d.Facts() {
			delete(rest, f.ID)
		}
	}
	var out []render.ProofFact
	for i := range w.law.Case.Facts {
		f := &w.law.Case.Facts[i]
		known, answered := rest[f.ID]
		delete(rest, f.ID)
		var open rule.OpenFact
		if at := slices.IndexFunc(j.Answer.OpenFacts, func(o rule.OpenFact) bool { return o.Fact == f.ID }); at >= 0 {
			open = j.Answer.OpenFacts[at]
		}
		if answered || open.Relevant {
			shown := w.fact(f.ID, f, known)
			shown.Decisive = open.Decisive
			out = append(out, shown)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rest)) {
		out = append(out, w.fact(id, nil, rest[id]))
	}
	return out
}

func (w proofWriter) rules(lines []rule.ProofLine) []render.ProofRule {
	out := make([]render.ProofRule, 0, len(lines))
	for _, l := range lines {
		out = append(out, render.ProofRule{
			ProofLine: l, Reason: l.Reason.In(w.lang), Title: l.Title.In(w.lang), Citation: l.Citation.In(w.lang), Note: l.Note.In(w.lang),
		})
	}
	return out
}

// items tells the legal items by the citations of their rules.
func (w proofWriter) items(items []string, proof []rule.ProofLine) []string {
	var out []string
	for _, item := range items {
		text := item
		if i := slices.IndexFunc(proof, func(l rule.ProofLine) bool { return l.Item == item }); i >= 0 {
			text = proof[i].Citation.In(w.lang)
		}
		out = append(out, text)
	}
	return out
}

func (w proofWriter) notice(n rule.NoticeStep, vulnerability string) *render.ProofNotice {
	out := &render.ProofNotice{Book: n.Rulebook.ID + " " + n.Rulebook.Version, Subject: w.subject(n.Subject, vulnerability), Rules: w.rules(n.Proof)}
	rest := maps.Clone(n.Situation)
	if w.law.Notice != nil {
		for _, f := range w.law.Notice.Facts() {
			if known, ok := rest[f.ID]; ok {
				out.Facts = append(out.Facts, w.fact(f.ID, &f, known))
				delete(rest, f.ID)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rest)) {
		out.Facts = append(out.Facts, w.fact(id, nil, rest[id]))
	}
	for _, c := range n.Facts {
		known := rule.Known{Values: c.Possible}
		if c.Open {
			known.Values = nil
		}
		out.Conclusions = append(out.Conclusions, w.fact(c.Fact, w.law.Fact(c.Fact), known))
	}
	return out
}

// subject tells which assessment a notice step rests on.
func (w proofWriter) subject(recorded, vulnerability string) string {
	if vulnerability == "" {
		return recorded
	}
	return rule.Text{JA: vulnerability + "の評価（" + recorded + "）", EN: "Assessment of " + vulnerability + " (" + recorded + ")"}.In(w.lang)
}

func (w proofWriter) duties(j rule.Joined) []render.ProofDuties {
	var out []render.ProofDuties
	for _, answer := range j.Duties {
		d := render.ProofDuties{Title: answer.Title.In(w.lang), Rules: w.rules(answer.Proof), NamedPerson: answer.NamedPerson}
		d.Facts, d.Open = w.dutyFacts(j.Situation, answer)
		for _, line := range answer.Duties {
			value := line.Duty.Value
			duty := render.ProofDuty{
				Label: line.Duty.Label.In(w.lang), To: line.Duty.To.In(w.lang), ToConfirm: value != "" && w.set[value].State != valueConfirmed,
				State: line.State, Clock: line.Duty.Clock, From: line.Duty.From, Form: line.Duty.Form,
			}
			for _, r := range answer.Proof {
				if citation := r.Citation.In(w.lang); slices.Contains(line.Rules, r.Rule) && !slices.Contains(duty.Rules, citation) {
					duty.Rules = append(duty.Rules, citation)
				}
			}
			d.Duties = append(d.Duties, duty)
		}
		out = append(out, d)
	}
	return out
}

// dutyFacts lists what a duty rulebook asks itself: what is known, and the labels
// of what is not and matters.
func (w proofWriter) dutyFacts(s rule.Situation, answer rule.DutyAnswer) (facts []render.ProofFact, open []string) {
	at := slices.IndexFunc(w.law.CaseDuties, func(d *rule.DutyRulebook) bool { return d.Ref().ID == answer.Rulebook.ID })
	if at < 0 {
		return nil, nil
	}
	asked := w.law.CaseDuties[at].Facts()
	for i := range asked {
		f := &asked[i]
		if known, ok := s[f.ID]; ok {
			facts = append(facts, w.fact(f.ID, f, known))
		} else if slices.ContainsFunc(answer.OpenFacts, func(o rule.OpenDutyFact) bool { return o.Fact == f.ID && o.Relevant }) {
			open = append(open, f.Label.In(w.lang))
		}
	}
	return facts, open
}

// books names the rulebooks of a record; those in force have a title and
// readings too.
func (w proofWriter) books(refs []rule.Ref) []render.ProofBook {
	out := make([]render.ProofBook, 0, len(refs))
	for _, ref := range refs {
		b := render.ProofBook{Ref: ref}
		switch {
		case ref == w.law.Case.Ref():
			b.Title, b.Readings = w.law.Case.Title.In(w.lang), w.law.Case.Readings
		case w.law.Notice != nil && ref == w.law.Notice.Ref():
			b.Readings = w.law.Notice.Readings()
		}
		for _, d := range w.law.CaseDuties {
			if d.Ref() == ref {
				b.Title, b.Readings = d.Title().In(w.lang), d.Readings()
			}
		}
		out = append(out, b)
	}
	return out
}
