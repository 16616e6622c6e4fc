package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"mimamori/internal/advisory"
	"mimamori/internal/app"
	"mimamori/internal/fault"
	"mimamori/internal/feed"

	"golang.org/x/mod/sumdb/note"
)

// FeedKeyCmd makes a key to sign bundles with.
type FeedKeyCmd struct {
	Name string `required:"" help:"Name of the key, shown with every bundle: letters, digits, dots and dashes."`
	Out  string `required:"" type:"path" help:"File for the secret key; it must not exist yet."`
}

// Run writes the secret key and prints the public one.
func (c FeedKeyCmd) Run(x *Context) error {
	secret, public, err := feed.NewBundleKey(c.Name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be written", c.Out)
	}
	_, err = fmt.Fprintln(f, secret)
	if err = errors.Join(err, f.Close()); err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be written", c.Out)
	}
	_, err = fmt.Fprintln(x.Out, public)
	return err
}

// FeedBundleCmd packs vulnerability data into a signed bundle.
type FeedBundleCmd struct {
	Kind  string   `default:"auto" enum:"auto,osv,cve,nvd,csaf,jvn,kev,vex,epss,eol" help:"Kind of all the files; auto: the content of each tells."`
	Key   string   `required:"" type:"existingfile" help:"File with the secret key."`
	Out   string   `required:"" type:"path" help:"The bundle to write, .tar.gz; it must not exist yet."`
	Files []string `arg:"" type:"existingpath" help:"Files and folders."`
}

// Run writes the bundle. A bundle that could not be written whole is removed.
func (c FeedBundleCmd) Run(x *Context) error {
	secret, err := os.ReadFile(c.Key)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be read", c.Key)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		return fault.New(fault.Invalid, "%s: is not a secret key for bundles: make one with mimamori feed key", c.Key)
	}
	kind := advisory.Kind(c.Kind)
	if c.Kind == "auto" {
		kind = ""
	}
	var files []feed.Bundled
	for _, path := range c.Files {
		list, err := feed.BundleFiles(kind, path)
		if err != nil {
			return err
		}
		files = append(files, list...)
	}
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be written", c.Out)
	}
	m, err := feed.WriteBundle(out, x.Now(), files, signer)
	if err = errors.Join(err, out.Close()); err != nil {
		_ = os.Remove(c.Out) // what stays is refused when it is read
		return err
	}
	_, err = fmt.Fprintf(x.Out, "%s: %d files, signed by %s\n", c.Out, len(m.Files), m.Signer)
	return err
}

// importBundle checks the bundle at path and imports each of its kinds, whose
// data are as fresh as the bundle. The unpacked files are removed in the end.
func importBundle(path string, trust []string, one func(in app.OnDisk) error) error {
	bundle, err := feed.Disk{}.Bundle(path, trust)
	if err != nil {
		return err
	}
	defer bundle.Remove()
	for _, kind := range bundle.Kinds {
		if err := one(app.OnDisk{Kind: kind, Folder: bundle.Folder, Path: bundle.Folder + kind, AsOfAt: bundle.Made}); err != nil {
			return err
		}
	}
	return nil
}

// FeedFetchCmd downloads vulnerability data.
type FeedFetchCmd struct {
	URL string `arg:"" help:"https address."`
	Out string `required:"" type:"path" help:"File to write. What is known of the last download stands beside it, in FILE.fetched.json."`
}

// Run downloads the file when it changed since the last time.
func (c FeedFetchCmd) Run(x *Context) error {
	state := c.Out + ".fetched.json"
	var known feed.Fetched
	if text, err := os.ReadFile(filepath.Clean(state)); err == nil && json.Unmarshal(text, &known) != nil {
		known = feed.Fetched{}
	}
	if _, err := os.Stat(c.Out); err != nil {
		known = feed.Fetched{} // the file itself is gone
	}
	fetcher := feed.NewFetcher("mimamori/" + x.Version)
	defer fetcher.Close()
	now, changed, err := fetcher.Fetch(x.Ctx, c.URL, c.Out, known)
	if err != nil {
		return err
	}
	if !changed {
		_, err = fmt.Fprintf(x.Out, "%s: not changed\n", c.Out)
		return err
	}
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := os.WriteFile(state, text, 0o600); err != nil {
		return fault.Wrap(fault.Invalid, err, "%s: cannot be written", state)
	}
	_, err = fmt.Fprintf(x.Out, "%s: %d bytes, SHA-256 %s\n", c.Out, now.Bytes, now.SHA256)
	return err
}
