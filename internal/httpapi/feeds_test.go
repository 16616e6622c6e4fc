package httpapi_test

import (
	"net/http"
	"testing"

	"mimamori/internal/app"
)

func TestFeedsOverTheAPI(t *testing.T) {
	s := newServer(t)
	admin := s.signIn(t, "admin@example.jp")
	_, psirt := s.person(t, "psirt@example.jp", app.ProductSecurity)

	var options struct {
		Kinds   []string `json:"kinds"`
		Presets []struct {
			Name, Address, Seen string
		} `json:"presets"`
	}
	psirt.want(t, http.StatusOK, "GET", "/api/feeds/options", nil).into(t, &options)
	if len(options.Kinds) < 6 || len(options.Presets) == 0 {
		t.Errorf("options %+v", options)
	}

	bad := map[string]any{"name": " ", "kind": "osv", "address": "http://example.org/x", "every_h": 0, "alarm_after_h": 0, "whole": true, "on": true}
	at := admin.want(t, http.StatusUnprocessableEntity, "POST", "/api/feeds", bad).problem(t).locations()
	for _, pointer := range []string{"/name", "/address", "/every_h", "/alarm_after_h"} {
		if at[pointer] == "" {
			t.Errorf("nothing is told about %s: %v", pointer, at)
		}
	}
	in := map[string]any{"name": "npm", "kind": "osv", "address": "https://example.org/all.zip", "every_h": 24, "alarm_after_h": 72, "whole": true, "on": false}
	psirt.want(t, http.StatusForbidden, "POST", "/api/feeds", in)
	var feed app.Feed
	admin.want(t, http.StatusCreated, "POST", "/api/feeds", in).into(t, &feed)
	admin.want(t, http.StatusUnprocessableEntity, "POST", "/api/feeds", in) // the name is taken
	psirt.want(t, http.StatusConflict, "POST", "/api/feeds/"+feed.ID+"/fetch", nil)
	admin.want(t, http.StatusConflict, "POST", "/api/feeds/"+feed.ID+"/accept", map[string]any{"reason": "提供元の整理"})

	in["on"], in["revision"] = true, feed.Revision
	admin.want(t, http.StatusOK, "PUT", "/api/feeds/"+feed.ID, in).into(t, &feed)
	admin.want(t, http.StatusConflict, "PUT", "/api/feeds/"+feed.ID, in) // as it was before
	var run app.ImportRun
	psirt.want(t, http.StatusAccepted, "POST", "/api/feeds/"+feed.ID+"/fetch", nil).into(t, &run)
	psirt.want(t, http.StatusConflict, "POST", "/api/feeds/"+feed.ID+"/fetch", nil) // under way
	if run.FeedID != feed.ID || run.State != "queued" {
		t.Errorf("run %+v", run)
	}
	var runs app.List[app.ImportRun]
	psirt.want(t, http.StatusOK, "GET", "/api/imports?feed="+feed.ID, nil).into(t, &runs)
	if runs.Total != 1 || runs.Items[0].ID != run.ID {
		t.Errorf("runs %+v", runs)
	}
	psirt.want(t, http.StatusOK, "POST", "/api/imports/"+run.ID+"/cancel", nil)

	// Nothing came yet: every place where something may be missing says so.
	for _, path := range []string{"/api/sources", "/api/findings", "/api/search?q=x", "/api/today"} {
		var view struct {
			Doubts []app.Doubt `json:"doubts"`
		}
		psirt.want(t, http.StatusOK, "GET", path, nil).into(t, &view)
		if len(view.Doubts) == 0 || view.Doubts[len(view.Doubts)-1] != (app.Doubt{Source: "osv", State: app.SourceNever}) {
			t.Errorf("%s: doubts %v", path, view.Doubts)
		}
	}
}
