package httpapi

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/ledger"
)

type listLedger struct {
	Listing
	SubjectKind string `query:"subject_kind" doc:"With subject_id: entries about the record and about what belongs to it" example:"case"`
	SubjectID   string `query:"subject_id"`
	Actor       string `query:"actor" doc:"User id"`
	Action      string `query:"action" doc:"Beginning of the action" example:"case."`
}

func (a *API) ledger(ctx context.Context, in *listLedger) (app.List[ledger.Entry], error) {
	return a.App.Store.Entries(ctx, in.query("", "subject_kind", in.SubjectKind, "subject_id", in.SubjectID,
		"actor", in.Actor, "action", in.Action))
}

// checkpointView is the newest signed statement about the whole ledger.
type checkpointView struct {
	Size int64  `json:"size" doc:"Entries under it"`
	Root string `json:"root" doc:"Root of the Merkle tree, base64"`
	Note string `json:"note" doc:"Signed note (C2SP tlog-checkpoint), to keep outside"`
}

func (a *API) checkpoint(ctx context.Context, _ *struct{}) (checkpointView, error) {
	note, err := a.App.Store.Checkpoint(ctx)
	if err != nil {
		return checkpointView{}, err
	}
	lines := strings.SplitN(note, "\n", 4) // origin, size, root, the rest
	if len(lines) < 4 {
		return checkpointView{}, fault.New(fault.Internal, "checkpoint of %d lines", len(lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	return checkpointView{Size: size, Root: lines[2], Note: note}, err
}

// verification is the result of computing the whole ledger again.
type verification struct {
	ledger.Report
	Millis int64 `json:"millis" doc:"Time it took"`
}

func (a *API) verifyLedger(ctx context.Context, _ *struct{}) (verification, error) {
	start := time.Now()
	report, err := a.App.Store.VerifyLedger(ctx)
	return verification{Report: report, Millis: time.Since(start).Milliseconds()}, err
}
