package app

import (
	"slices"
	"sync"

	"mimamori/internal/assess"
	"mimamori/internal/casefile"
	"mimamori/internal/register"
	"mimamori/rulebook"
)

// noticeExamplesPath is where the example cases stand beside the rulebook of
// the CS notice.
const noticeExamplesPath = "jp/cs-notice.examples.yaml"

// builtInExamples are the example cases that are built in. Tests read them, so
// reading them cannot fail here.
var builtInExamples = sync.OnceValue(func() noticeExamples {
	out, err := readExamples(rulebook.FS, noticeExamplesPath)
	if err != nil {
		panic(err)
	}
	return out
})

// similarExamples compares a case with the example cases of the CS notice. The
// result is only shown: none of it enters a situation.
func (a *App) similarExamples(product register.Product, intakes []IntakeRow, assessment *assess.Assessment, facts []casefile.Fact) []ExampleView {
	return builtInExamples().compare(exampleFeatures(product, intakes, assessment, facts), product.GenericName)
}

// Words in the text of safety information by which these features are seen.
// That they are missing tells nothing.
var (
	accessWords = []string{"不正アクセス", "不正侵入", "不正ログイン", "unauthorized access", "unauthorised access"}
	floodWords  = []string{"DDoS", "サービス拒否", "サービス妨害", "denial of service"}
	portWords   = []string{"未使用ポート", "未使用のポート", "未使用ネットワークポート", "使用していないポート", "unused port", "unused network port"}
)

// exampleFeatures tells of the features of the example cases what the records
// of a case say. What no record says is missing; whether a device is a legacy
// one, and whether a planned upgrade was left out, no record says.
func exampleFeatures(product register.Product, intakes []IntakeRow, assessment *assess.Assessment, facts []casefile.Fact) map[string]register.Known {
	told := func(words []string) register.Known {
		if slices.ContainsFunc(intakes, func(r IntakeRow) bool { return mentions(r.Title+" "+r.Text, words) }) {
			return register.Yes
		}
		return register.Unknown
	}
	out := map[string]register.Known{
		"networked":           networked(product),
		"unauthorised_access": told(accessWords),
		"ddos":                told(floodWords),
		"unused_port":         told(portWords),
		"harm":                harmOccurred(facts),
	}
	if slices.Equal(occasions(intakes), []string{"event"}) || out["harm"] == register.Yes {
		out["event"] = register.Yes
	}
	if assessment == nil {
		return out
	}
	expected := assessment.Expected()
	out["vulnerability"] = assessment.Present
	out["exploited"] = assessment.Exploited
	out["settings_changed"] = expected.SettingsChanged
	out["care_changed"] = expected.CareChanged
	out["misoperation"] = expected.Misoperation
	if assessment.FunctionAffected == register.Yes {
		out["misoperation"] = register.Yes
	}
	if assessment.Exploited == register.Yes {
		out["event"] = register.Yes
	}
	return out
}

// networked tells whether the product can be connected by wire or radio.
func networked(p register.Product) register.Known {
	switch {
	case len(p.Connectivity) == 0:
		return register.Unknown
	case slices.Contains(p.Connectivity, register.LinkWired), slices.Contains(p.Connectivity, register.LinkWireless):
		return register.Yes
	}
	return register.No
}

// harmOccurred tells what was answered about harm: a person answered it, or
// accepted what the records propose.
func harmOccurred(facts []casefile.Fact) register.Known {
	for _, f := range facts {
		switch {
		case f.Name != "harm_status" || len(f.Possible) == 0:
		case !slices.Contains(f.Possible, "actual"):
			return register.No
		case len(f.Possible) == 1:
			return register.Yes
		}
	}
	return register.Unknown
}
