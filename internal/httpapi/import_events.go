package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2"
)

const (
	lookEvery = 400 * time.Millisecond // at the progress of a run
	beatEvery = 15 * time.Second       // so that no box on the way ends a quiet connection
	streamFor = 10 * time.Minute       // then the browser connects again, and shows who it is
)

// importEvent is the data of one event.
type importEvent struct {
	State    string `json:"state"`
	Phase    string `json:"phase"`
	Records  int    `json:"records"`
	Bytes    int64  `json:"bytes"` // fetched so far
	Findings int    `json:"findings"`
	Error    string `json:"error"`
}

// importEvents sends how far a run is: "progress" with every change, and at
// the end one event named for the state: done, failed or cancelled.
func (a *API) importEvents(ctx context.Context, in *ByID) (func(huma.Context), error) {
	if _, err := a.App.Store.ImportRun(ctx, in.ID); err != nil {
		return nil, err
	}
	return func(hctx huma.Context) {
		w := requestOf(ctx).writer
		hctx.SetHeader("Content-Type", "text/event-stream")
		hctx.SetHeader("X-Accel-Buffering", "no")
		out := events{w: w, control: http.NewResponseController(w)}
		ctx, cancel := streamContext(ctx, streamFor)
		defer cancel()
		if err := a.follow(ctx, in.ID, &out); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "following an import", "request", requestNumber(ctx), "run", in.ID, "error", err)
		}
	}, nil
}

// follow sends events until the run or the context ends.
func (a *API) follow(ctx context.Context, id string, out *events) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var last importEvent
	lastSent := time.Now()
	for first := true; ; first = false {
		event, err := a.importEvent(ctx, id)
		if err != nil {
			return err
		}
		name := "progress"
		over := event.State == "done" || event.State == "failed" || event.State == "cancelled"
		if over {
			name = event.State
		}
		switch {
		case first || event != last:
			err = out.send(name, event)
			lastSent = time.Now()
		case time.Since(lastSent) > beatEvery:
			err = out.beat()
			lastSent = time.Now()
		}
		if err != nil || over {
			return err
		}
		last = event
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}

func (a *API) importEvent(ctx context.Context, id string) (importEvent, error) {
	run, err := a.App.Store.ImportRun(ctx, id)
	if err != nil {
		return importEvent{}, err
	}
	p, err := a.progress(ctx, id)
	if err != nil {
		return importEvent{}, err
	}
	return importEvent{
		State: run.State, Phase: p.Phase, Records: max(p.Records, run.Records), Bytes: p.Bytes,
		Findings: run.Findings, Error: a.catalogueFor(ctx).Retell(run.Error),
	}, nil
}

// progress is how far a run is; nothing before it starts.
func (a *API) progress(ctx context.Context, id string) (app.Progress, error) {
	p, err := a.App.Store.Progress(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return app.Progress{}, nil
	}
	return p, err
}

// events writes a stream of server-sent events (WHATWG HTML, section 9.2).
type events struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (e *events) send(name string, data any) error {
	line, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return e.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, line))
}

// beat is a comment, which the browser does not show to the page.
func (e *events) beat() error { return e.write(": still here\n\n") }

func (e *events) write(text string) error {
	// Each piece has its own time; an error says that there are no deadlines.
	_ = e.control.SetWriteDeadline(time.Now().Add(2 * beatEvery))
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.control.Flush()
}
