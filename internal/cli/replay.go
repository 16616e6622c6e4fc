package cli

import "mimamori/internal/app"

// replayWords say what came out of a replay.
var replayWords = map[string]string{
	app.ReplaySame:      "same bytes",
	app.ReplayDifferent: "OTHER BYTES: the record or the program was changed",
	app.ReplayOtherBook: "made with a rulebook that this program does not have: answers compared, not bytes",
}

// replay decides a stored determination again. One that comes out differently,
// or whose record is not the confirmed one, ends with exit code 3.
func (c *DecideCmd) replay(x *Context) error {
	who := Who{Where: c.Where, As: c.As, JSON: c.JSON}
	return who.with(x, func(a *app.App, _ app.Actor) error {
		r, err := a.ReplayDetermination(x.Ctx, c.Replay)
		if err != nil {
			return err
		}
		err = who.show(x, r, func(line func(...any)) {
			line("Determination", r.Case, "version", r.Version, r.ID)
			line("Awareness date", r.Aware)
			line("Recorded with", r.Recorded.ID, r.Recorded.Version, r.Recorded.Digest)
			line("Present", r.Present.ID, r.Present.Version, r.Present.Digest)
			line("Replay", replayWords[r.Outcome])
			if !r.Intact {
				line("Record", "NOT THE ONE THAT WAS CONFIRMED: its digest is another")
			}
			if len(r.Differences) == 0 {
				line("Answer", "the present rulebook answers the same")
			}
			for _, d := range r.Differences {
				line("Differs", d.What, "recorded: "+d.Recorded, "present: "+d.Present)
			}
		})
		if err == nil && (r.Outcome == app.ReplayDifferent || !r.Intact || len(r.Differences) > 0) {
			err = ExitNeedsAction
		}
		return err
	})
}
