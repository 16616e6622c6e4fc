package httpapi

import (
	"context"

	"mimamori/internal/deadline"
)

// companyDays are the days on which the company does not work, in order.
type companyDays struct {
	Days []deadline.CompanyDay `json:"days"`
}

func (a *API) companyDays(ctx context.Context, _ *struct{}) (companyDays, error) {
	days, err := a.App.CompanyDays(ctx)
	return companyDays{Days: days}, err
}

type setCompanyDays struct {
	Body struct {
		Days []struct {
			On   day    `json:"on"`
			Name string `json:"name" doc:"Why the company does not work, for example 創立記念日"`
		} `json:"days" doc:"All of them, at most 400; they take the place of the older ones"`
	} `nameHint:"SetCompanyDays"`
}

func (a *API) setCompanyDays(ctx context.Context, in *setCompanyDays) (companyDays, error) {
	days := make([]deadline.CompanyDay, len(in.Body.Days))
	for i, d := range in.Body.Days {
		days[i] = deadline.CompanyDay{On: d.On.Date, Name: d.Name}
	}
	days, err := a.App.SetCompanyDays(ctx, actor(ctx), days)
	return companyDays{Days: days}, err
}
