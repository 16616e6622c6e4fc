package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	c := a.catalogueFor(ctx)
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return titled(c, &huma.ErrorModel{
			Status: http.StatusRequestEntityTooLarge,
			Detail: c.Sprintf("the body is too large: at most %d bytes are taken here", tooBig.Limit),
		})
	}
	if wait := retryAfter(err); wait > 0 {
		return titled(c, &huma.ErrorModel{Status: http.StatusTooManyRequests, Detail: c.Error(err)})
	}
	kind := fault.KindOf(err)
	model := &huma.ErrorModel{Status: statusOf[kind]}
	e, shown := errors.AsType[*fault.Error](err)
	if kind == fault.Internal || !shown {
		number := requestNumber(ctx)
		a.Log.ErrorContext(ctx, "request failed", "request", number, "error", err)
		model.Status = http.StatusInternalServerError
		model.Detail = c.Sprintf("something went wrong here; tell the administrator the number of the request: %s", number)
		model.Instance = "urn:mimamori:request:" + number
		return titled(c, model)
	}
	model.Detail = c.Text(e)
	if cause, ok := errors.AsType[*fault.Error](e.Cause); ok {
		model.Detail += ": " + c.Text(cause)
	}
	for _, f := range e.Fields {
		model.Errors = append(model.Errors, &huma.ErrorDetail{Location: f.Pointer, Message: c.Message(f)})
	}
	return titled(c, model)
}

func titled(c *fault.Catalogue, model *huma.ErrorModel) *huma.ErrorModel {
	model.Title = c.Retell(http.StatusText(model.Status))
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
	return fmt.Sprintf("too many attempts: try again in %d seconds", s.wait/time.Second+1)
}

// RetryAfter says when to try again.
func (s slow) RetryAfter() time.Duration { return s.wait }

// refuse answers with an error outside of an operation.
func (a *API) refuse(ctx context.Context, w http.ResponseWriter, err error) {
	model := a.problemModel(ctx, err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", languageFor(ctx))
	w.WriteHeader(model.Status)
	_ = json.NewEncoder(w).Encode(model) // the client went away: nothing left to tell it
}

// refuseReader is refuse for requests that have a session but reach no
// operation: it asks first whose language to speak.
func (a *API) refuseReader(ctx context.Context, w http.ResponseWriter, err error) {
	if _, whoErr := a.whoIs(ctx); whoErr != nil {
		err = whoErr
	}
	a.refuse(ctx, w, err)
}

// transform brings the errors that huma finds by itself into the form of ours:
// fields by RFC 6901 pointer, nothing of the input repeated, in the language of
// the reader. Ours pass unchanged.
func (a *API) transform(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	ctx.SetHeader("Content-Language", languageFor(ctx.Context()))
	c := a.catalogueFor(ctx.Context())
	out := *model
	out.Errors = nil
	for _, e := range model.Errors {
		at, text := pointer(e.Location), message(e.Message)
		if missing := required.FindStringSubmatch(text); missing != nil {
			at, text = at+"/"+missing[1], "this is missing"
		}
		out.Errors = append(out.Errors, &huma.ErrorDetail{Message: c.Retell(text), Location: at})
	}
	if out.Detail == "validation failed" {
		out.Detail = "the request cannot be taken like this"
		if out.Status == http.StatusBadRequest {
			out.Detail = "the body is not the JSON that is expected here"
		}
	}
	out.Detail = c.Retell(out.Detail)
	return titled(c, &out), nil
}

// message is a text of huma's that a person may read.
func message(text string) string {
	if rest, ok := strings.CutPrefix(text, "json: cannot unmarshal "); ok {
		kind, _, _ := strings.Cut(rest, " into Go ") // the rest names our types
		return "a value of the wrong kind: " + kind
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
