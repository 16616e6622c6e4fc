package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/casefile"
	"mimamori/internal/deadline"
	"mimamori/internal/ident"
	"mimamori/internal/ledger"
)

// audience says who is told of something due, from how many days before its
// day on. Every safety officer is told of everything; the person who makes the
// report in work is told of that one.
var audience = []struct {
	role  Role // "" for the maker of the report in work
	below int  // days left at which telling begins; it goes on every day once late
}{
	{SafetyOfficer, firstStep},
	{"", makerStep},
	{Approver, 2},
}

// makerStep is the number of days before a due day at which the maker of the
// report in work is told.
const makerStep = 5

// firstStep is the number of days before a due day at which telling begins.
const firstStep = 10

// targetNear is how long before an internal target of something due promptly
// people are told.
const targetNear = 6 * time.Hour

// Daily asks the law again about every decided case, opens the periods of
// periodic reports that began and tells people of everything that presses. What one of them could not do does not keep the
// others from their work.
func (a *App) Daily(ctx context.Context) error {
	_, err := a.Reevaluate(ctx)
	return errors.Join(err, a.OpenPeriods(ctx), a.Escalate(ctx))
}

// Escalate tells people, in the app and by mail, of the open obligations whose
// day is near or past, and of what is due promptly and near or past its
// internal target. Each step of an obligation is told to a person once, however
// often and on however many servers this runs; after a downtime only the step
// that applies now is told.
func (a *App) Escalate(ctx context.Context) error {
	return a.tell(ctx, a.pressing)
}

// EscalateTargets is Escalate for what is due promptly only: hours count there.
func (a *App) EscalateTargets(ctx context.Context) error {
	return a.tell(ctx, a.pastTarget)
}

// escalation is an obligation at a step of its escalation.
type escalation struct {
	due  ObligationRow
	name string // "10", "5", "2", "0", "late+1", …
	left int    // days; below 0 when late
}

// tell stores what is to be told, its one ledger entry and the wish to mail it.
// Everything is read in the transaction: nobody is told of what was just met.
func (a *App) tell(ctx context.Context, find func(ctx context.Context, r Reader) ([]escalation, error)) error {
	return a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		steps, err := find(ctx, tx)
		if err != nil || len(steps) == 0 {
			return err
		}
		users, err := tx.Users(ctx)
		if err != nil {
			return err
		}
		var wanted []Notification
		at := a.now() // one instant for all: it names the message of each person
		for _, s := range steps {
			maker, err := makerOf(ctx, tx, s)
			if err != nil {
				return err
			}
			for _, u := range users {
				if !u.Disabled && concerns(u, maker, s.left) {
					wanted = append(wanted, Notification{ID: ident.New(), UserID: u.ID, ObligationID: s.due.ID, Step: s.name, CreatedAt: at})
				}
			}
		}
		told, err := tx.AddNotifications(ctx, wanted)
		if err != nil || len(told) == 0 {
			return err
		}
		tx.Record(toldEntry(told, steps, users))
		return a.askForMail(ctx, tx, told)
	})
}

// concerns tells whether a person is to be told, left days before the due day.
func concerns(u User, maker string, left int) bool {
	for _, to := range audience {
		if left <= to.below && (slices.Contains(u.Roles, to.role) || to.role == "" && maker == u.ID) {
			return true
		}
	}
	return false
}

// makerOf returns the id of the person who began the report in work, or "". A
// report keeps the name of its maker; the ledger has the account.
func makerOf(ctx context.Context, r Reader, s escalation) (string, error) {
	if s.due.ReportID == "" || s.left > makerStep {
		return "", nil
	}
	begun, err := r.Entries(ctx, ListQuery{
		Filter: map[string]string{"subject_kind": "report", "subject_id": s.due.ReportID, "action": "report.begun"}, Limit: 1,
	})
	if err != nil || len(begun.Items) == 0 {
		return "", err
	}
	return begun.Items[0].Actor.ID, nil
}

// pressing returns every open obligation that is at a step today.
func (a *App) pressing(ctx context.Context, r Reader) ([]escalation, error) {
	var steps []escalation
	today := a.Today()
	err := eachOpen(ctx, r, map[string]string{"due_until": today.AddDays(firstStep).String()}, func(o ObligationRow) {
		if name, ok := deadline.Steps(o.DueOn, today); ok {
			steps = append(steps, escalation{o, name, today.DaysUntil(o.DueOn)})
		}
	})
	if err != nil {
		return nil, err
	}
	prompt, err := a.pastTarget(ctx, r)
	return append(steps, prompt...), err
}

// pastTarget returns what is due promptly and near or past its internal target:
// step "0" before it, then "late+1" in the first day after it, and so on.
func (a *App) pastTarget(ctx context.Context, r Reader) ([]escalation, error) {
	var steps []escalation
	now := a.now()
	for _, kind := range []casefile.ObligationKind{casefile.DueFirstReport, casefile.DueDuty} {
		err := eachOpen(ctx, r, map[string]string{"kind": string(kind)}, func(o ObligationRow) {
			switch {
			case !o.DueOn.IsZero() || o.TargetAt.IsZero() || now.Before(o.TargetAt.Add(-targetNear)):
			case now.Before(o.TargetAt):
				steps = append(steps, escalation{o, "0", 0})
			default:
				late := int(now.Sub(o.TargetAt).Hours())/24 + 1
				steps = append(steps, escalation{o, "late+" + strconv.Itoa(late), -late})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// eachOpen calls do with every open obligation that the filter finds.
func eachOpen(ctx context.Context, r Reader, filter map[string]string, do func(ObligationRow)) error {
	filter["state"] = string(casefile.ObligationOpen)
	q := ListQuery{Filter: filter, Limit: 200}
	for {
		list, err := r.Obligations(ctx, q)
		if err != nil {
			return err
		}
		for _, o := range list.Items {
			do(o)
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return nil
		}
	}
}

// toldLine is who was told what, as the ledger keeps it.
type toldLine struct {
	UserID       string `json:"user_id"`
	Name         string `json:"name"`
	ObligationID string `json:"obligation_id"`
	Number       string `json:"number"` // of the case or intake record, or the brand name
	Step         string `json:"step"`
}

// toldEntry is the one ledger entry of a run.
func toldEntry(told []Notification, steps []escalation, users []User) ledger.Entry {
	due, names := map[string]ObligationRow{}, map[string]string{}
	for _, s := range steps {
		due[s.due.ID] = s.due
	}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	var lines []toldLine
	var numbers []string
	var parents []ledger.Subject
	for _, n := range told {
		o := due[n.ObligationID]
		lines = append(lines, toldLine{n.UserID, names[n.UserID], n.ObligationID, numberOf(o), n.Step})
		if number := numberOf(o); !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
		if about := subjectOfDue(o); !slices.Contains(parents, about) {
			parents = append(parents, about)
		}
	}
	const shown = 3
	name := strings.Join(numbers[:min(shown, len(numbers))], ", ")
	if len(numbers) > shown {
		name += fmt.Sprintf(" +%d", len(numbers)-shown)
	}
	e := System.entry("obligations.told", ledger.Subject{Kind: "escalation", ID: told[0].ID, Name: name}, nil, lines, "")
	e.Parents = parents
	return e
}

// numberOf names what an obligation hangs on.
func numberOf(o ObligationRow) string { return cmp.Or(o.CaseNumber, o.BrandName) }

// subjectOfDue is what an obligation hangs on.
func subjectOfDue(o ObligationRow) ledger.Subject {
	switch {
	case o.CaseID != "":
		return ledger.Subject{Kind: "case", ID: o.CaseID, Name: o.CaseNumber}
	case o.IntakeID != "":
		return ledger.Subject{Kind: "intake", ID: o.IntakeID, Name: o.CaseNumber}
	default:
		return ledger.Subject{Kind: "product", ID: o.ProductID, Name: o.BrandName}
	}
}

// askForMail asks for one message for each person who was told something.
func (a *App) askForMail(ctx context.Context, tx Tx, told []Notification) error {
	if a.Mail == nil {
		return nil
	}
	asked := map[string]bool{}
	for _, n := range told {
		if asked[n.UserID] {
			continue
		}
		asked[n.UserID] = true
		if err := tx.Enqueue(ctx, Job{Kind: JobMail, ID: letterID(n.UserID, n.CreatedAt)}); err != nil {
			return err
		}
	}
	return nil
}
