package httpapi

import (
	"context"
	"net/http"
	"strings"

	"mimamori/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

// operation is one line of the table: what can be asked, and who may.
type operation struct {
	ID         string
	Method     string
	Path       string
	Permission app.Permission
	Tag        string
	Ja, En     string // summary
	register   registrar
}

// registrar puts the handler of an operation on the API.
type registrar func(a *API, api huma.API, op huma.Operation)

// reply is an answer with a JSON body.
type reply[T any] struct{ Body T }

// on is a handler that answers with JSON.
func on[I, T any](handle func(a *API, ctx context.Context, in *I) (T, error)) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply[T], error) {
			body, err := handle(a, ctx, in)
			if err != nil {
				return nil, a.problem(ctx, err)
			}
			return &reply[T]{Body: body}, nil
		})
	}
}

// onDone is a handler that answers with 204 No Content.
func onDone[I any](handle func(a *API, ctx context.Context, in *I) error) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		huma.Register(api, op, func(ctx context.Context, in *I) (*struct{}, error) {
			return nil, a.problem(ctx, handle(a, ctx, in))
		})
	}
}

// accepted makes the answer of an operation 202: the work goes on later.
func accepted(r registrar) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		op.DefaultStatus = http.StatusAccepted
		r(a, api, op)
	}
}

// created makes the answer of an operation 201.
func created(r registrar) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		op.DefaultStatus = http.StatusCreated
		r(a, api, op)
	}
}

// upload is an operation whose body is a file, which the handler reads with
// file.
func upload(r registrar) registrar { return uploadOf(maxUpload, r) }

// uploadOf is an upload of at most limit bytes.
func uploadOf(limit int64, r registrar) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		a.mux.takesFiles(op.Method+" "+op.Path, limit)
		op.RequestBody = &huma.RequestBody{
			Description: "The file as it is.",
			Required:    true,
			Content: map[string]*huma.MediaType{"application/octet-stream": {
				Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"},
			}},
		}
		r(a, api, op)
	}
}

// stream is an operation that writes its answer itself, of the given media type.
func stream[I any](mediaType, format string, handle func(a *API, ctx context.Context, in *I) (func(huma.Context), error)) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {
			Description: http.StatusText(http.StatusOK),
			Content:     map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString, Format: format}}},
		}}
		huma.Register(api, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			write, err := handle(a, ctx, in)
			if err != nil {
				return nil, a.problem(ctx, err)
			}
			return &huma.StreamResponse{Body: write}, nil
		})
	}
}

// describe is the operation as the OpenAPI document has it.
func (o operation) describe() huma.Operation {
	permission := string(o.Permission)
	op := huma.Operation{
		OperationID:                  o.ID,
		Method:                       o.Method,
		Path:                         o.Path,
		Tags:                         []string{o.Tag},
		Summary:                      o.En,
		Metadata:                     map[string]any{metaPermission: o.Permission},
		MaxBodyBytes:                 maxJSON,
		BodyReadTimeout:              answerWithin,
		RejectUnknownQueryParameters: true,
	}
	if permission == "" {
		permission = "anyone"
	} else {
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(o.Path, "{") {
		op.Errors = append(op.Errors, http.StatusNotFound)
	}
	if o.Method == http.MethodPut || o.Method == http.MethodPatch || o.Method == http.MethodPost {
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	}
	op.Extensions = map[string]any{"x-permission": permission, "x-summary-ja": o.Ja}
	return op
}
