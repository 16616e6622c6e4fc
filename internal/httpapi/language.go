package httpapi

import (
	"context"
	"net/http"
	"strings"

	"mimamori/internal/app"
	"mimamori/internal/fault"

	"golang.org/x/text/language"
)

const (
	japanese = "ja"
	english  = "en"
)

// spoken has the languages of errors; the first is for those who name none.
var spoken = language.NewMatcher([]language.Tag{language.Japanese, language.English})

// preferred is the language that a request without a user asks for.
func preferred(h http.Header) string {
	_, i := language.MatchStrings(spoken, strings.Join(h.Values("Accept-Language"), ","))
	return [...]string{japanese, english}[i]
}

// languageOf is the language that a person chose for their account.
func languageOf(user *app.User) string {
	if user.Lang == english {
		return english
	}
	return japanese
}

// languageFor is the language of the errors of a request: the one of the person
// who is signed in, else what the request asks for.
func languageFor(ctx context.Context) string {
	if n, ok := ctx.Value(keyNote{}).(*note); ok {
		return n.lang
	}
	return japanese
}

// catalogueFor tells errors in the language of a request.
func (a *API) catalogueFor(ctx context.Context) *fault.Catalogue {
	if languageFor(ctx) == english {
		return nil
	}
	return a.japanese
}
