package render

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"mimamori/internal/fault"

	"github.com/goccy/go-yaml"
)

// Profile says how a report is written as XML: which elements, in which order,
// with which codes. The neutral profile is ours; the format of an authority is
// another profile, made by somebody who holds its specification.
type Profile struct {
	Name    string `yaml:"profile"`
	Version string `yaml:"version"`
	Root    Node   `yaml:"root"`
}

// Node is one element.
type Node struct {
	Element    string            `yaml:"element"`
	Attributes []Attribute       `yaml:"attributes"`
	Each       string            `yaml:"each"`    // "fields", "rows", "cells" or "signatures": one element for each; "" once
	From       string            `yaml:"from"`    // name of the text, see xmlNames
	Text       string            `yaml:"text"`    // a constant instead of From
	Codes      map[string]string `yaml:"codes"`   // what our texts are there; others stay as they are
	Replace    map[string]string `yaml:"replace"` // characters that are written otherwise, before the escapes of XML
	OmitEmpty  bool              `yaml:"omit_empty"`
	Children   []Node            `yaml:"children"` // in this order
}

// Attribute is one attribute of an element. One without a text is left out.
type Attribute struct {
	Name string `yaml:"name"`
	From string `yaml:"from"`
	Text string `yaml:"text"`
}

const (
	maxProfileBytes = 1 << 20
	maxProfileDepth = 32
)

var (
	elementGrammar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.:-]*$`)
	loops          = []string{"fields", "rows", "cells"} // from the outside to the inside; "signatures" stands by itself
)

// xmlNames are the texts a profile can take, by the loop in which they are known.
var xmlNames = map[string][]string{
	"": {
		"form.id", "form.edition", "form.title", "form.heading", "report.id", "report.case", "report.product", "report.issue",
		"report.version", "report.state", "report.maker", "report.digest",
	},
	"signatures": {"signature.meaning", "signature.by", "signature.name", "signature.at", "signature.digest"},
	"fields": {
		"field.key", "field.number", "field.group", "field.type", "field.name_ja", "field.name_en", "field.text", "field.printed",
		"field.source", "field.ref", "field.by", "field.at",
	},
	"rows":  {"row.number"},
	"cells": {"cell.column", "cell.name_ja", "cell.name_en", "cell.text", "cell.printed"},
}

// LoadProfile reads a profile of XML output.
//
// Errors: fault.NotFound; fault.Invalid with every problem of it.
func LoadProfile(fsys fs.FS, path string) (*Profile, error) {
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "no XML profile %s", path)
	}
	return ParseProfile(data)
}

// ParseProfile reads and checks a profile of XML output.
func ParseProfile(data []byte) (*Profile, error) {
	if len(data) > maxProfileBytes {
		return nil, fault.New(fault.Invalid, "the XML profile is larger than %d kB", maxProfileBytes>>10)
	}
	p := new(Profile)
	if err := yaml.UnmarshalWithOptions(data, p, yaml.DisallowUnknownField()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "not an XML profile")
	}
	var c fault.Checker
	c.Require("/profile", p.Name, "the name of the profile")
	c.Require("/version", p.Version, "the version of the profile")
	if p.Root.Each != "" || p.Root.OmitEmpty {
		c.Add("/root", "root", "the root stands once and is never left out")
	}
	p.Root.check(&c, "/root", nil, 0)
	return p, c.Err("XML profile")
}

func (n Node) check(c *fault.Checker, at string, inside []string, depth int) {
	if depth > maxProfileDepth {
		c.Add(at, "depth", "elements are nested more than %d deep", maxProfileDepth)
		return
	}
	if !elementGrammar.MatchString(n.Element) {
		c.Add(at+"/element", "grammar", "%q is no name of an element", n.Element)
	}
	if n.Each != "" {
		if level := slices.Index(loops, n.Each); level != len(inside) && (n.Each != "signatures" || len(inside) > 0) {
			c.Add(at+"/each", "loop", "%q cannot stand here: fields or signatures at the outside, rows inside fields, cells inside those", n.Each)
			return
		}
		inside = append(slices.Clone(inside), n.Each)
	}
	if n.From != "" && (n.Text != "" || len(n.Children) > 0) {
		c.Add(at, "content", "an element has from, or text, or children, and only one of them")
	}
	name(c, at+"/from", n.From, inside)
	for i, a := range n.Attributes {
		if !elementGrammar.MatchString(a.Name) || (a.From == "") == (a.Text == "") {
			c.Add(fmt.Sprintf("%s/attributes/%d", at, i), "attribute", "an attribute has a name, and either from or text")
		}
		name(c, fmt.Sprintf("%s/attributes/%d/from", at, i), a.From, inside)
	}
	for i, child := range n.Children {
		child.check(c, fmt.Sprintf("%s/children/%d", at, i), inside, depth+1)
	}
}

// name checks that a text of that name is known here. Which fields a form has is
// not: one profile serves several forms.
func name(c *fault.Checker, at, from string, inside []string) {
	if from == "" || strings.HasPrefix(from, "value:") || strings.HasPrefix(from, "printed:") {
		return
	}
	for _, loop := range append([]string{""}, inside...) {
		if slices.Contains(xmlNames[loop], from) {
			return
		}
	}
	c.Add(at, "name", "no text is called %q here", from)
}
