package codelists

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed feeds.yaml
var feeds []byte

// PublicFeed is a public address of vulnerability data.
type PublicFeed struct {
	Name        string `json:"name" yaml:"name"`
	Kind        string `json:"kind" yaml:"kind"`
	Address     string `json:"address" yaml:"address"`
	EveryH      int    `json:"every_h" yaml:"every_h"`             // hours between two runs
	AlarmAfterH int    `json:"alarm_after_h" yaml:"alarm_after_h"` // age in hours from which its data are stale
	Whole       bool   `json:"whole" yaml:"whole"`                 // a run brings everything
	From        string `json:"from" yaml:"from"`                   // where the address stands
	Seen        string `json:"seen" yaml:"seen"`                   // day on which it was seen working; "": to be confirmed (要確認)
}

// Feeds returns the public addresses, in the order in which they are offered.
// It fails when the embedded file is not of that shape.
func Feeds() ([]PublicFeed, error) {
	var file struct {
		Presets []PublicFeed `yaml:"presets"`
	}
	if err := yaml.UnmarshalWithOptions(feeds, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the embedded addresses of feeds: %w", err)
	}
	return file.Presets, nil
}
