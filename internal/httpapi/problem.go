package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2"
)

// statusOf is the HTTP status of each kind of error.
var statusOf = map[fault.Kind]int{
	fault.Internal:  http.StatusInternalServerError,
	fault.Invalid:   http.StatusUnprocessableEntity,
	fault.NotFound:  http.StatusNotFound,
	fault.Conflict:  http.StatusConflict,
	fault.Forbidden: http.StatusForbidden,
	fault.SignIn:    http.StatusUnauthorized,
}

// problem is err as RFC 9457 has it, or nil for nil. Of an internal error only
// the number of the request is shown; the cause is logged under it.
func (a *API) problem(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	model := a.problemModel(ctx, err)
	if wait := retryAfter(err); wait > 0 {
		header := http.Header{"Retry-After": {strconv.Itoa(int(wait.Seconds()) + 1)}}
		return huma.ErrorWithHeaders(model, header)
	}
	return model
}

func (a *API) problemModel(ctx context.Context, err error) *huma.ErrorModel {
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return withTitle(tooLarge(tooBig.Limit))
	}
	if wait := retryAfter(err); wait > 0 {
		return withTitle(&huma.ErrorModel{Status: http.StatusTooManyRequests, Detail: err.Error()})
	}
	kind := fault.KindOf(err)
	model := &huma.ErrorModel{Status: statusOf[kind]}
	e, shown := errors.AsType[*fault.Error](err)
	if kind == fault.Internal || !shown {
		number := requestNumber(ctx)
		a.Log.ErrorContext(ctx, "request failed", "request", number, "error", err)
		model.Status = http.StatusInternalServerError
		model.Detail = "something went wrong here; tell the administrator the number of the request: " + number
		model.Instance = "urn:mimamori:request:" + number
		return withTitle(model)
	}
	model.Detail = e.Text
	for _, f := range e.Fields {
		model.Errors = append(model.Errors, &huma.ErrorDetail{Location: f.Pointer, Message: f.Message})
	}
	return withTitle(model)
}

func withTitle(model *huma.ErrorModel) *huma.ErrorModel {
	model.Title = http.StatusText(model.Status)
	return model
}

// retryAfter is how long the error asks to wait, or 0.
func retryAfter(err error) time.Duration {
	var busy interface{ RetryAfter() time.Duration }
	if errors.As(err, &busy) {
		return busy.RetryAfter()
	}
	return 0
}

// slow says that somebody tries too often.
type slow struct{ wait time.Duration }

func (s slow) Error() string {
	return "too many attempts: try again in " + (s.wait + time.Second).Truncate(time.Second).String()
}

// RetryAfter says when to try again.
func (s slow) RetryAfter() time.Duration { return s.wait }

// writeProblem answers with an error outside of an operation.
func writeProblem(w http.ResponseWriter, model *huma.ErrorModel) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(model.Status)
	_ = json.NewEncoder(w).Encode(withTitle(model)) // the client went away: nothing left to tell it
}

// transform brings the errors that huma finds by itself into the form of ours:
// fields by RFC 6901 pointer, and nothing of the input repeated.
func transform(_ huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	out := *model
	out.Errors = nil
	for _, e := range model.Errors {
		at, text := pointer(e.Location), message(e.Message)
		if missing := required.FindStringSubmatch(text); missing != nil {
			at, text = at+"/"+missing[1], "this is missing"
		}
		out.Errors = append(out.Errors, &huma.ErrorDetail{Message: text, Location: at})
	}
	if out.Detail == "validation failed" {
		out.Detail = "the request cannot be taken like this"
		if out.Status == http.StatusBadRequest {
			out.Detail = "the body is not the JSON that is expected here"
		}
	}
	return &out, nil
}

// message is a text of huma's that a person may read.
func message(text string) string {
	if rest, ok := strings.CutPrefix(text, "json: cannot unmarshal "); ok {
		return "a value of the wrong kind: " + rest
	}
	return text
}

// required is how huma says that a property is missing.
var required = regexp.MustCompile(`^expected required property (\S+) to be present$`)

var index = regexp.MustCompile(`\[(\d+)\]`)

// pointer writes a place such as "body.items[3].tags" as "/items/3/tags" and
// "query.limit" as "/query/limit". Our own pointers stay as they are.
func pointer(location string) string {
	if location == "" || strings.HasPrefix(location, "/") {
		return location
	}
	location = index.ReplaceAllString(location, ".$1")
	if location == "body" {
		return ""
	}
	return "/" + strings.ReplaceAll(strings.TrimPrefix(location, "body."), ".", "/")
}
