package assess

import "mimamori/internal/register"

// Consequences are what exploitation of the vulnerability led to or can lead
// to: the five that the CS notice 3(2) names. Several can hold at once; the text
// says 等, so there can be others.
type Consequences struct {
	SettingsChanged register.Known `json:"settings_changed"` // 機器設定の不正変更
	CareChanged     register.Known `json:"care_changed"`     // 診断・治療に対する不正変更又は無効化
	DataLost        register.Known `json:"data_lost"`        // 機密データの喪失又は開示
	Misoperation    register.Known `json:"misoperation"`     // 機器の誤動作
	Spread          register.Known `json:"spread"`           // 他の機器・システムへの攻撃・拡散
}

// Consequence is one of the five with its name, which is also that of the fact
// of the rulebook jp/cs-notice.
type Consequence struct {
	Name   string
	Answer *register.Known
}

// Each lists the five in the order of the text.
func (c *Consequences) Each() []Consequence {
	return []Consequence{
		{"settings_changed", &c.SettingsChanged},
		{"care_changed", &c.CareChanged},
		{"data_lost", &c.DataLost},
		{"misoperation", &c.Misoperation},
		{"spread", &c.Spread},
	}
}

// Any tells whether one of the five was answered with yes.
func (c Consequences) Any() bool {
	return c.TouchesFunction() || c.DataLost == register.Yes || c.Spread == register.Yes
}

// TouchesFunction tells whether one of those that change what the device does
// was answered with yes.
func (c Consequences) TouchesFunction() bool {
	return c.SettingsChanged == register.Yes || c.CareChanged == register.Yes || c.Misoperation == register.Yes
}

// Expected returns the consequences with what "confidentiality only" says of
// those that were not answered one by one: only data can leak. That it is more
// than a leak tells of none of them.
func (a Assessment) Expected() Consequences {
	out := a.Consequences
	if a.ConfidentialOnly != register.Yes {
		return out
	}
	for _, c := range out.Each() {
		if *c.Answer != register.Yes && *c.Answer != register.No {
			*c.Answer = register.No
			if c.Name == "data_lost" {
				*c.Answer = register.Yes
			}
		}
	}
	return out
}

// Malfunction is a kind of malfunction (不具合).
type Malfunction string

// The five kinds of the CS notice 3(1).
const (
	Specification      Malfunction = "specification"       // 仕様上の問題
	Defective          Malfunction = "defective"           // 不良品
	Failure            Malfunction = "failure"             // 故障・破損
	InsufficientInsert Malfunction = "insufficient_insert" // 添付文書等の不十分な記載
	AdverseEvent       Malfunction = "adverse_event"       // 機器による有害事象
)

// Malfunctions lists the kinds in the order of the text.
var Malfunctions = []Malfunction{Specification, Defective, Failure, InsufficientInsert, AdverseEvent}
