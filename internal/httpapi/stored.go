package httpapi

import (
	"context"
	"slices"

	"mimamori/internal/app"
	"mimamori/internal/register"
)

// What imports and readers of SBOMs found wrong is stored in English, since
// everybody reads the same record; here it is told in the language of the reader.

func (a *API) toldRun(ctx context.Context, run app.ImportRun) app.ImportRun {
	run.Error = a.catalogueFor(ctx).Retell(run.Error)
	run.Problems = a.toldProblems(ctx, run.Problems)
	return run
}

func (a *API) toldSBOM(ctx context.Context, s register.SBOM) register.SBOM {
	s.Problems = a.toldProblems(ctx, s.Problems)
	return s
}

func (a *API) toldProblems(ctx context.Context, problems []register.Problem) []register.Problem {
	c := a.catalogueFor(ctx)
	told := slices.Clone(problems)
	for i := range told {
		told[i].Message = c.Retell(told[i].Message)
	}
	return told
}
