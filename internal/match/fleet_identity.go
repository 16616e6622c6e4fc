package match

import (
	"mimamori/internal/sbom"
	"mimamori/internal/version"
)

// heldIdentity is an identity in 72 bytes: its texts are interned, and what is
// read from them is read again when it is compared.
type heldIdentity struct {
	key, label, version handle
	scheme              handle
	ecosystem, release  handle // of pkg; what else is there serves the making of keys
	weak                handle
	name                *cpeName // for cpe keys
	rule                uint8    // index in ruleOrder
}

func hold(id *identity) heldIdentity {
	h := heldIdentity{
		key: interned(id.key), label: interned(id.label), version: interned(id.version), scheme: interned(string(id.scheme)),
		ecosystem: interned(id.pkg.ecosystem), release: interned(id.pkg.release), weak: interned(id.weak),
	}
	for i, rule := range ruleOrder {
		if rule == id.rule {
			h.rule = uint8(i) //nolint:gosec // there are eight
		}
	}
	if id.name != (cpeName{}) {
		name := id.name
		h.name = &name
	}
	return h
}

func (h *heldIdentity) identity() identity {
	id := identity{
		key: h.key.Value(), rule: ruleOrder[h.rule], label: h.label.Value(), version: h.version.Value(), scheme: version.Scheme(h.scheme.Value()),
		pkg: pkg{ecosystem: h.ecosystem.Value(), release: h.release.Value()}, weak: h.weak.Value(),
	}
	if h.name != nil {
		id.name = *h.name
	}
	return id
}

// heldComponent is a component of the fleet.
type heldComponent struct {
	id         string
	identities []heldIdentity
	releases   []uint32 // numbers of releases, in the order they came
}

// posting is one identity of one component.
type posting struct {
	component uint32
	identity  uint32
}

func holdAll(c *sbom.Component, aliases *Aliases) []heldIdentity {
	ids := identities(c, aliases)
	out := make([]heldIdentity, len(ids))
	for i := range ids {
		out[i] = hold(&ids[i])
	}
	return out
}
