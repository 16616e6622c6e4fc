package rule_test

import (
	"slices"

	"mimamori/internal/rule"
)

// secondDuties name the rules that apply in a world of each duty rulebook, today,
// in the way the law is told to people: written without the rulebooks.
var secondDuties = map[string]func(w map[string]string) []string{
	"jp/recall": func(w map[string]string) []string {
		var out []string
		action := w["field_action"]
		for id, is := range map[string]bool{
			"jp-act/68-11/ordered":          w["recall_basis"] == "ordered",
			"jp-reg/228-22(1)/before-start": w["recall_stage"] == "planned",
			"jp-act/68-11/no-field-action":  action == "none",
			"jp-recall/stock-or-exchange":   action == "stock_handling" || action == "exchange",
			"jp-recall/routine-update":      action == "software_update" && w["update_purpose"] == "routine",
		} {
			if is {
				out = append(out, id)
			}
		}
		if len(out) > 0 { // nothing to report, for one reason or more
			return out
		}
		start, rest := "", ""
		switch action {
		case "correction", "patient_monitoring":
			start, rest = "/correction", "/correction"
		case "software_update":
			start, rest = "/update", "/correction"
		}
		out = []string{"jp-reg/228-22(1)" + start, "jp-recall/posting"}
		if w["recall_item_changed"] == "yes" {
			out = append(out, "jp-reg/228-22(2)-1"+rest)
		}
		if w["recall_unforeseen_harm"] == "yes" {
			out = append(out, "jp-reg/228-22(2)-2"+rest)
		}
		if w["recall_status_asked"] == "yes" {
			out = append(out, "jp-reg/228-22(2)-3"+rest)
		}
		if w["recall_stage"] == "ended" {
			out = append(out, "jp-reg/228-22(3)"+rest)
		}
		if w["recall_class"] == "class_1" {
			out = append(out, "jp-recall/press-release-class-1")
		}
		return out
	},
	"jp/letters": func(w map[string]string) []string {
		if w["letter_kind"] == "none" {
			return []string{"jp-letters/none-made"}
		}
		out := []string{"jp-letters/consultation"}
		if w["letter_stage"] == "decided" {
			out = append(out, "jp-letters/delivery", "jp-letters/made-public")
			if w["letter_kind"] == "yellow" {
				out = append(out, "jp-letters/press-release")
			}
		}
		return out
	},
	"jp/measures": func(w map[string]string) []string {
		var out []string
		hazard := w["hazard_feared"] == "yes"
		if w["report_kind"] == "case" {
			hazard = w["harm_status"] != "none"
		}
		switch {
		case hazard && w["report_kind"] == "case":
			out = append(out, "jp-act/68-9(1)/harm")
		case hazard:
			out = append(out, "jp-act/68-9(1)")
		case w["report_kind"] == "case":
			out = append(out, "jp-cs/4(3)-monitor", "jp-act/68-2-6(1)-monitor")
		default:
			out = append(out, "jp-act/68-2-6(1)-monitor")
		}
		if hazard {
			out = append(out, "jp-act/68-2-6(1)", "jp-cs/1-cause", "jp-cs/4(2)-sharing", "jp-cs/4(2)-records")
		}
		for fact, id := range map[string]string{"documents_revised": "jp-cs/4(2)-documents", "marketing_stopped": "jp-cs/4(2)-stop", "vulnerability_wide": "jp-cs/4(2)-cvd"} {
			if w[fact] == "yes" {
				out = append(out, id)
			}
		}
		return out
	},
	"jp/periodic": func(w map[string]string) []string {
		designated := w["product_designated"] == "yes"
		const item = "jp-reg/228-20(2)-3/"
		switch w["licence_state"] {
		case "not_yet":
			return []string{item + "not-yet"}
		case "given_up":
			if designated {
				return []string{item + "given-up", item + "given-up-designated"}
			}
			return []string{item + "given-up"}
		}
		route := ""
		if w["licence_route"] != "approval" {
			route = "-other-routes"
		}
		if designated {
			return []string{item + "form11" + route, item + "form12" + route}
		}
		return []string{item + "form12" + route}
	},
	"jp/lifecycle": func(w map[string]string) []string {
		out := []string{"jp-lifecycle/4(4)-collection", "jp-lifecycle/4(4)-reporting"} // whatever the state
		legacy, used := w["legacy_device"] == "yes", w["still_in_use"] == "yes"
		ended := w["support_state"] == "ended"
		if ended {
			out = append(out, "jp-lifecycle/4(2)-around-eos")
		}
		if legacy {
			out = append(out, "jp-lifecycle/4(2)-legacy")
		}
		if used && ended {
			out = append(out, "jp-lifecycle/4(4)-after-eos")
		}
		if used && legacy && !ended {
			out = append(out, "jp-lifecycle/4(4)-legacy")
		}
		if used && w["support_state"] == "limited" {
			out = append(out, "jp-lifecycle/3(3)-eol", "jp-lifecycle/4(4)-before-eos")
		}
		return out
	},
}

// agreesOnDuties tells whether the second computation names the rules that
// apply in a world, given by the value of each fact.
func agreesOnDuties(d *rule.DutyRulebook, world []int) bool {
	second := secondDuties[d.Ref().ID]
	if second == nil {
		return false
	}
	w := map[string]string{}
	for i, f := range d.AllFacts() {
		w[f.ID] = f.Values[world[i]].ID
	}
	return slices.Equal(slices.Sorted(slices.Values(second(w))), d.Applying(world, noticeDay))
}
