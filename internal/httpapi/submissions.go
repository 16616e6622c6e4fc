package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"

	"github.com/danielgtaylor/huma/v2"
)

// recordSubmission records how a report was sent. The body is JSON, or a form
// with files (multipart/form-data) whose file parts are named by their kind.
//
// Errors: 409 when the report is not approved as it stands, 422 with every
// problem at its field.
func (a *API) recordSubmission(ctx context.Context, in *ByID) (app.ReportView, error) {
	f, err := readForm(ctx, "channel", "sent_at", "recipient", "proof", "late_reason", "digest", "attachments")
	if err != nil {
		return app.ReportView{}, err
	}
	sentAt, wrong := f.instant("sent_at")
	view, err := a.App.RecordSubmission(ctx, actor(ctx), app.RecordSubmission{
		Report: in.ID, Digest: f.text("digest"), Channel: f.text("channel"), SentAt: sentAt, Recipient: f.text("recipient"), Proof: f.text("proof"),
		LateReason: f.text("late_reason"), Files: f.files, Attachments: f.texts["attachments"],
	})
	return view, better(err, wrong)
}

// acknowledgeSubmission records what the authority sent back.
func (a *API) acknowledgeSubmission(ctx context.Context, in *ByID) (app.ReportView, error) {
	f, err := readForm(ctx, "registration_number", "identification_number", "text", "received_at")
	if err != nil {
		return app.ReportView{}, err
	}
	receivedAt, wrong := f.instant("received_at")
	view, err := a.App.AcknowledgeSubmission(ctx, actor(ctx), app.AcknowledgeSubmission{
		ID: in.ID, RegistrationNumber: f.text("registration_number"), IdentificationNumber: f.text("identification_number"), Text: f.text("text"),
		ReceivedAt: receivedAt, Files: f.files,
	})
	return view, better(err, wrong)
}

type resolveMismatch struct {
	ByID
	Body struct {
		RegistrationNumber   string `json:"registration_number,omitempty" doc:"登録番号 from now on"`
		IdentificationNumber string `json:"identification_number,omitempty" doc:"識別番号 from now on"`
		Reason               string `json:"reason,omitempty"`
	} `nameHint:"ResolveMismatch"`
}

// resolveMismatch says which numbers of the authority are right.
func (a *API) resolveMismatch(ctx context.Context, in *resolveMismatch) (app.ReportView, error) {
	return a.App.ResolveMismatch(ctx, actor(ctx), app.ResolveMismatch{
		ID: in.ID, RegistrationNumber: in.Body.RegistrationNumber, IdentificationNumber: in.Body.IdentificationNumber, Reason: in.Body.Reason,
	})
}

type submissionFile struct {
	ByID
	SHA256 string `path:"sha256" maxLength:"64" doc:"Of the file"`
}

// submissionFile is a file of a submission, always to be saved and never shown.
func (a *API) submissionFile(ctx context.Context, in *submissionFile) (func(huma.Context), error) {
	f, err := a.App.SubmissionFileContent(ctx, in.ID, in.SHA256)
	if err != nil {
		return nil, err
	}
	return download("application/octet-stream", f.Name, f.Content), nil
}

// formBody is a body of texts and files.
type formBody struct {
	texts map[string][]string
	files []app.NewFile
}

func (f formBody) text(name string) string {
	if len(f.texts[name]) == 0 {
		return ""
	}
	return f.texts[name][0]
}

// instant reads a time; wrong tells what is wrong with a text that is none.
func (f formBody) instant(name string) (at time.Time, wrong *fault.Field) {
	text := f.text(name)
	if text == "" {
		return at, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		field := fault.At("/"+name, "date-time", "expected string to be RFC 3339 date-time")
		return time.Time{}, &field
	}
	return at, nil
}

// better tells of a field what is wrong with its text, where the use case could
// only say that it is missing.
func better(err error, wrong *fault.Field) error {
	if wrong == nil || fault.KindOf(err) != fault.Invalid {
		return err
	}
	fields := slices.Clone(fault.FieldsOf(err))
	for i := range fields {
		if fields[i].Pointer == wrong.Pointer {
			fields[i] = *wrong
		}
	}
	return fault.Fields("the request cannot be taken like this", fields)
}

const (
	maxFormBody  = 96 << 20 // bytes: the files of a submission, written in base64
	maxFormText  = 64 << 10 // bytes of one text
	maxFormParts = 64
)

// readForm reads a body of texts with these names and of files.
//
// Errors: fault.Invalid, with every name that is not known; *http.MaxBytesError.
func readForm(ctx context.Context, names ...string) (formBody, error) {
	header := requestOf(ctx).http.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(header)
	body := http.MaxBytesReader(nil, io.NopCloser(file(ctx)), maxFormBody)
	f := formBody{texts: map[string][]string{}}
	if err == nil && media == "multipart/form-data" {
		return f, f.multipart(multipart.NewReader(body, params["boundary"]), names)
	}
	return f, f.json(body, names)
}

func (f *formBody) multipart(r *multipart.Reader, names []string) error {
	var c fault.Checker
	for parts := 0; ; parts++ {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return c.Err("the request cannot be taken like this")
		}
		if err != nil {
			return brokenForm(err)
		}
		if parts >= maxFormParts {
			return fault.New(fault.Invalid, "the form has more than %d parts", maxFormParts)
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return brokenForm(err)
		}
		switch name := p.FormName(); {
		case p.FileName() != "":
			f.files = append(f.files, app.NewFile{Kind: name, Name: p.FileName(), Content: content})
		case !slices.Contains(names, name):
			c.Add("/"+name, "name", "unexpected property")
		case len(content) > maxFormText:
			c.Add("/"+name, "length", "the text has %d bytes, at most %d fit: shorten it", len(content), maxFormText)
		default:
			f.texts[name] = append(f.texts[name], string(content))
		}
	}
}

// brokenForm tells of a body that cannot be read to its end.
func brokenForm(err error) error {
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "the form cannot be read: send it again")
}

func (f *formBody) json(body io.Reader, names []string) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return brokenForm(err)
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return fault.Wrap(fault.Invalid, err, "the body is not the JSON that is expected here")
	}
	var c fault.Checker
	for _, name := range slices.Sorted(maps.Keys(given)) {
		var one string
		var several []string
		switch value := given[name]; {
		case name == "files":
			f.jsonFiles(&c, value)
		case !slices.Contains(names, name):
			c.Add("/"+name, "name", "unexpected property")
		case json.Unmarshal(value, &one) == nil:
			f.texts[name] = []string{one}
		case json.Unmarshal(value, &several) == nil:
			f.texts[name] = several
		default:
			c.Add("/"+name, "type", "expected string")
		}
	}
	return c.Err("the request cannot be taken like this")
}

func (f *formBody) jsonFiles(c *fault.Checker, value json.RawMessage) {
	var files []struct {
		Kind    string `json:"kind"`
		Name    string `json:"name"`
		Content []byte `json:"content"` // base64
	}
	if err := json.Unmarshal(value, &files); err != nil {
		c.Add("/files", "type", "write the files as a list of kind, name and content, the content in base64")
		return
	}
	for _, one := range files {
		f.files = append(f.files, app.NewFile{Kind: one.Kind, Name: one.Name, Content: one.Content})
	}
}

// formUpload is an operation whose body is JSON or a form with files, which the
// handler reads with readForm.
func formUpload(required []string, texts, files []string, r registrar) registrar {
	return func(a *API, api huma.API, op huma.Operation) {
		a.mux.takesFiles(op.Method+" "+op.Path, maxUpload)
		asJSON, asForm := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}, &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}
		asJSON.Required = required
		for _, name := range texts {
			text := &huma.Schema{Type: huma.TypeString}
			switch name {
			case "attachments":
				text = &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}, Description: "Ids of attachments of the case that went with it"}
			case "sent_at", "received_at":
				text.Format = "date-time"
			}
			asJSON.Properties[name], asForm.Properties[name] = text, text
		}
		kinds := []any{}
		for _, kind := range files {
			kinds = append(kinds, kind)
			asForm.Properties[kind] = &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		asJSON.Properties["files"] = &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"kind", "name", "content"}, Properties: map[string]*huma.Schema{
				"kind": {Type: huma.TypeString, Enum: kinds}, "name": {Type: huma.TypeString}, "content": {Type: huma.TypeString, Extensions: map[string]any{"contentEncoding": "base64"}},
			},
		}}
		r(a, api, op)
		// Described only now: huma would read and check a body that it knows of.
		api.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{
			Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: asJSON}, "multipart/form-data": {Schema: asForm}},
		}
	}
}
