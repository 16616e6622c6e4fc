package codelists

import (
	_ "embed"
	"fmt"

	"mimamori/internal/fault"

	"github.com/goccy/go-yaml"
)

//go:embed messages.ja.yaml
var messagesJa []byte

// Messages returns the Japanese texts of the errors. The file says how its
// entries are written; it fails when the file is not of that shape.
func Messages() (*fault.Catalogue, error) {
	var file struct {
		Words    map[string]string `yaml:"words"`
		Messages map[string]string `yaml:"messages"`
	}
	if err := yaml.UnmarshalWithOptions(messagesJa, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the embedded Japanese messages: %w", err)
	}
	return fault.NewCatalogue("ja", file.Messages, file.Words), nil
}
